package io.millrace.serving.models;

import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What the registry has said of one model, in whatever order and however often it came. */
final class ModelHistory {
  private final Map<Integer, ModelVersion> versions = new HashMap<>();
  private final Map<String, NavigableMap<Long, Integer>> moves = new TreeMap<>();

  void add(ModelEvent event) {
    switch (event.getChange()) {
      case ModelVersion version -> versions.put(version.getVersion(), version);
      case AliasMoved move ->
          moves
              .computeIfAbsent(move.getAlias(), alias -> new TreeMap<>())
              .put(move.getSequence(), move.getVersion());
      default -> throw new IllegalArgumentException("not a change of a model");
    }
  }

  Set<String> aliases() {
    return moves.keySet();
  }

  Optional<ModelVersion> version(int version) {
    return Optional.ofNullable(versions.get(version));
  }

  /** The versions that an alias has named, the present one first, each once. */
  List<Integer> named(String alias) {
    NavigableMap<Long, Integer> sequence = moves.get(alias);
    return sequence == null
        ? List.of()
        : new ArrayList<>(sequence.descendingMap().values()).stream().distinct().toList();
  }

  /** The version that an alias names now. */
  Optional<Integer> target(String alias) {
    return named(alias).stream().findFirst().map(Objects::requireNonNull);
  }
}
