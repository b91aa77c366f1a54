package io.millrace.messaging.models;

import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * All that has been said of one model. The same events give the same history, in whatever order and
 * however often they come, as long as none contradicts another:
 *
 * <ul>
 *   <li>A version never changes: what is said again of one changes nothing, also where it differs.
 *       So it is with a move, which is known by its alias and its sequence.
 *   <li>An alias names what the move of the highest sequence says, whatever its time.
 *   <li>An alias may name a version of which nothing has been said; it is named, and not there.
 *   <li>Nothing is taken back. A pipeline that was deleted and is applied again counts on.
 *   <li>Events of other models, and kinds of change of a newer Millrace, are passed over.
 * </ul>
 *
 * @param model the pipeline's name
 * @param versions by number
 * @param moves of all aliases, by time
 */
public record ModelHistory(String model, SortedMap<Integer, Published> versions, List<Move> moves) {
  /** The alias of the version that is served. */
  public static final String CHAMPION = "champion";

  private static final Comparator<Move> BY_SEQUENCE = Comparator.comparingLong(Move::sequence);
  private static final Comparator<Move> BY_TIME =
      Comparator.comparing(Move::at).thenComparing(BY_SEQUENCE).thenComparing(Move::alias);

  public ModelHistory {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    moves = moves.stream().sorted(BY_TIME).toList();
  }

  /** A version, and when it became one. */
  public record Published(ModelVersion version, Instant at) {
    public int number() {
      return version.getVersion();
    }
  }

  /** An alias names a version from then on. */
  public record Move(AliasMoved moved, Instant at) {
    public String alias() {
      return moved.getAlias();
    }

    public int version() {
      return moved.getVersion();
    }

    public Optional<Integer> previous() {
      return Optional.ofNullable(moved.getPrevious());
    }

    public long sequence() {
      return moved.getSequence();
    }
  }

  /** A model of which nothing has been said. */
  public static ModelHistory of(String model) {
    return new ModelHistory(model, Collections.emptySortedMap(), List.of());
  }

  /** With one more event; this very history when it says nothing new. */
  public ModelHistory with(ModelEvent event) {
    if (!event.getModel().equals(model)) {
      return this;
    }
    return switch (event.getChange()) {
      case ModelVersion version when !versions.containsKey(version.getVersion()) -> {
        SortedMap<Integer, Published> more = new TreeMap<>(versions);
        more.put(version.getVersion(), new Published(version, event.getAt()));
        yield new ModelHistory(model, more, moves);
      }
      case AliasMoved moved when isNew(moved) -> {
        List<Move> more = new ArrayList<>(moves);
        more.add(new Move(moved, event.getAt()));
        yield new ModelHistory(model, versions, more);
      }
      default -> this;
    };
  }

  private boolean isNew(AliasMoved moved) {
    return moves.stream()
        .noneMatch(
            known ->
                known.sequence() == moved.getSequence() && known.alias().equals(moved.getAlias()));
  }

  /** Whether it has no version. */
  public boolean isEmpty() {
    return versions.isEmpty();
  }

  public int nextVersion() {
    return versions.isEmpty() ? 1 : versions.lastKey() + 1;
  }

  public Optional<Published> version(int number) {
    return Optional.ofNullable(versions.get(number));
  }

  /** The version with this file. */
  public Optional<Integer> versionOf(String sha256) {
    return versions.values().stream()
        .filter(version -> version.version().getFile().getSha256().equals(sha256))
        .map(Published::number)
        .findFirst();
  }

  /** The moves of one alias, by sequence. */
  public List<Move> moves(String alias) {
    return moves.stream().filter(move -> move.alias().equals(alias)).sorted(BY_SEQUENCE).toList();
  }

  /** What each alias names now. */
  public SortedMap<String, Move> aliases() {
    return moves.stream()
        .collect(
            Collectors.toMap(
                Move::alias, move -> move, BinaryOperator.maxBy(BY_SEQUENCE), TreeMap::new));
  }

  /** What an alias names now. */
  public Optional<Move> current(String alias) {
    return Optional.ofNullable(aliases().get(alias));
  }

  /** What an alias named at a time. */
  public Optional<Move> at(String alias, Instant time) {
    return moves(alias).reversed().stream().filter(move -> !move.at().isAfter(time)).findFirst();
  }

  /** The version that is served now, if it is known. */
  public Optional<Published> champion() {
    return current(CHAMPION).flatMap(move -> version(move.version()));
  }

  /**
   * What a rollback of an alias leads to: the version that it named before the present one was
   * first reached, so that a second rollback goes one further back and not forth again.
   */
  public Optional<Integer> before(String alias) {
    List<Integer> path = new ArrayList<>();
    for (Move move : moves(alias)) {
      int known = path.indexOf(move.version());
      if (known >= 0) {
        path.subList(known + 1, path.size()).clear();
      } else {
        path.add(move.version());
      }
    }
    return path.size() < 2 ? Optional.empty() : Optional.of(path.get(path.size() - 2));
  }

  /** The event that makes an alias name a version. */
  public ModelEvent moving(String alias, int version, String reason, Instant at) {
    Optional<Move> current = current(alias);
    return ModelEvent.newBuilder()
        .setModel(model)
        .setChange(
            AliasMoved.newBuilder()
                .setAlias(alias)
                .setVersion(version)
                .setPrevious(current.map(Move::version).orElse(null))
                .setSequence(current.map(Move::sequence).orElse(0L) + 1)
                .setReason(reason)
                .build())
        .setAt(at)
        .build();
  }
}
