package io.millrace.monitor.judge;

import io.millrace.monitor.verdicts.DecayRule;
import io.millrace.monitor.verdicts.Verdict;
import io.millrace.monitor.verdicts.VersionNumbers;
import io.millrace.monitor.verdicts.WindowNumbers;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How each version did in its first good windows, once they are no longer kept: it is compared with
 * them as long as it may be served.
 */
final class FirstWindows {
  /** Of so many versions they are kept when nothing else is kept of them; the newest ones. */
  private static final int MOST_VERSIONS = 20;

  private final Memory memory;
  private final SortedMap<Integer, SortedMap<Long, VersionNumbers>> versions;

  FirstWindows(Memory memory) {
    this.memory = memory;
    this.versions = memory.first();
  }

  /** In their order. */
  Collection<VersionNumbers> of(int version) {
    return Collections.unmodifiableCollection(
        versions.getOrDefault(version, Collections.emptySortedMap()).values());
  }

  /**
   * Takes over what belongs to it of a window that is about to be forgotten.
   *
   * @param window the oldest one that is kept: of those before it all good ones are here, or enough
   */
  void take(WindowNumbers window, DecayRule rule) {
    window
        .versions()
        .forEach(
            (version, numbers) -> {
              if (of(version).size() >= rule.firstWindows()) {
                return;
              }
              Verdict verdict =
                  rule.judge(version, of(version), List.of(window)).get(window.start());
              if (verdict != null && DecayRule.isGood(verdict)) {
                versions
                    .computeIfAbsent(version, none -> new TreeMap<>())
                    .put(window.start(), numbers);
                memory.putFirst(version, window.start(), numbers);
              }
            });
  }

  /**
   * Forgets the oldest versions beyond those that can be kept.
   *
   * @param windows that are kept
   */
  void forget(Collection<WindowNumbers> windows) {
    if (versions.size() <= MOST_VERSIONS) {
      return;
    }
    Set<Integer> seen = new HashSet<>();
    windows.forEach(window -> seen.addAll(window.versions().keySet()));
    List<Integer> unseen =
        versions.keySet().stream().filter(version -> !seen.contains(version)).toList();
    unseen.stream().limit(Math.max(0, unseen.size() - MOST_VERSIONS)).forEach(this::drop);
  }

  /** Forgets all, as when windows have another length. */
  void clear() {
    List.copyOf(versions.keySet()).forEach(this::drop);
  }

  private void drop(int version) {
    Map<Long, VersionNumbers> dropped = versions.remove(version);
    if (dropped != null) {
      dropped.keySet().forEach(start -> memory.dropFirst(version, start));
    }
  }
}
