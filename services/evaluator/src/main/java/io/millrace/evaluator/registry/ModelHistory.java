package io.millrace.evaluator.registry;

import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All that has been said of one model. What is said again changes nothing.
 *
 * @param versions by number
 * @param moves of all aliases, in the order of the log
 */
public record ModelHistory(String model, SortedMap<Integer, Published> versions, List<Move> moves) {
  /** The alias of the version that is served. */
  public static final String CHAMPION = "champion";

  public ModelHistory {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    moves = List.copyOf(moves);
  }

  /** A model of which nothing has been said. */
  public static ModelHistory of(String model) {
    return new ModelHistory(model, Collections.emptySortedMap(), List.of());
  }

  /** With one more event; kinds of change that a newer Millrace has added are passed over. */
  public ModelHistory with(ModelEvent event) {
    return switch (event.getChange()) {
      case ModelVersion version when !versions.containsKey(version.getVersion()) -> {
        SortedMap<Integer, Published> more = new TreeMap<>(versions);
        more.put(version.getVersion(), new Published(version, event.getAt()));
        yield new ModelHistory(model, more, moves);
      }
      case AliasMoved moved when moved.getSequence() > sequence(moved.getAlias()) -> {
        List<Move> more = new ArrayList<>(moves);
        more.add(new Move(moved, event.getAt()));
        yield new ModelHistory(model, versions, more);
      }
      default -> this;
    };
  }

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

  /** The moves of one alias. */
  public Stream<Move> moves(String alias) {
    return moves.stream().filter(move -> move.alias().equals(alias));
  }

  /** What an alias names now. */
  public Optional<Move> current(String alias) {
    return moves(alias).reduce((earlier, later) -> later);
  }

  /** What an alias named at a time. */
  public Optional<Move> at(String alias, Instant time) {
    return moves(alias).filter(move -> !move.at().isAfter(time)).reduce((earlier, later) -> later);
  }

  /** The version that is served now. */
  public Optional<Published> champion() {
    return current(CHAMPION).flatMap(move -> version(move.version()));
  }

  /**
   * What a rollback of an alias leads to: the version that it named before the present one was
   * first reached, so that a second rollback goes one further back and not forth again.
   */
  public Optional<Integer> before(String alias) {
    List<Integer> path = new ArrayList<>();
    moves(alias)
        .forEach(
            move -> {
              int known = path.indexOf(move.version());
              if (known >= 0) {
                path.subList(known + 1, path.size()).clear();
              } else {
                path.add(move.version());
              }
            });
    return path.size() < 2 ? Optional.empty() : Optional.of(path.get(path.size() - 2));
  }

  /** The event that makes an alias name a version. */
  public ModelEvent moving(String alias, int version, String reason, Instant at) {
    return ModelEvent.newBuilder()
        .setModel(model)
        .setChange(
            AliasMoved.newBuilder()
                .setAlias(alias)
                .setVersion(version)
                .setPrevious(current(alias).map(Move::version).orElse(null))
                .setSequence(sequence(alias) + 1)
                .setReason(reason)
                .build())
        .setAt(at)
        .build();
  }

  private long sequence(String alias) {
    return current(alias).map(Move::sequence).orElse(0L);
  }
}
