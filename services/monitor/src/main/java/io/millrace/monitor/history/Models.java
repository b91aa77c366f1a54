package io.millrace.monitor.history;

import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What has been said of a pipeline's models. What is said again changes nothing.
 *
 * @param versions by number
 * @param moves of all aliases, in the order of the log
 */
public record Models(SortedMap<Integer, Published> versions, List<Move> moves) {
  /** The alias of the version that is served. */
  public static final String CHAMPION = "champion";

  static final Models NONE = new Models(Collections.emptySortedMap(), List.of());

  public Models {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    moves = List.copyOf(moves);
  }

  /** With one more event; kinds of change that a newer Millrace has added are passed over. */
  Models with(ModelEvent event) {
    return switch (event.getChange()) {
      case ModelVersion version when !versions.containsKey(version.getVersion()) -> {
        SortedMap<Integer, Published> more = new TreeMap<>(versions);
        more.put(version.getVersion(), new Published(version, event.getAt()));
        yield new Models(more, moves);
      }
      case AliasMoved moved when isNew(moved) -> {
        List<Move> more = new ArrayList<>(moves);
        more.add(new Move(moved, event.getAt()));
        yield new Models(versions, more);
      }
      default -> this;
    };
  }

  /** The moves of what is served. */
  public List<Move> swaps() {
    return moves.stream().filter(move -> move.moved().getAlias().equals(CHAMPION)).toList();
  }

  /** The version that is served now. */
  public Optional<Integer> champion() {
    return swaps().isEmpty() ? Optional.empty() : Optional.of(swaps().getLast().version());
  }

  private boolean isNew(AliasMoved moved) {
    return moves.stream()
        .map(Move::moved)
        .filter(known -> known.getAlias().equals(moved.getAlias()))
        .allMatch(known -> known.getSequence() < moved.getSequence());
  }
}
