package io.millrace.local.replay.files;

import java.util.Optional;
import java.util.Set;

/**
 * How CSV files are written, beyond what is always so: quotes are {@code "}, doubled inside, and
 * nothing is a comment.
 *
 * @param delimiter between cells; when empty, the one of comma, semicolon, tab and bar under which
 *     the header names the id and the time
 * @param missing what stands for a missing value, besides an empty cell
 */
public record Dialect(Optional<Character> delimiter, Set<String> missing) {
  /** Any delimiter, and only an empty cell is missing. */
  public static final Dialect DEFAULT = new Dialect(Optional.empty(), Set.of());
}
