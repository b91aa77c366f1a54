package io.millrace.local.replay.files;

import io.millrace.contracts.values.Converted;
import java.util.List;
import java.util.Set;

/** The records of a file, one after the other; most methods tell of the one that it stands at. */
interface Records extends AutoCloseable {
  /**
   * Goes to the next record; false behind the last.
   *
   * @throws io.millrace.local.terminal.CommandFailedException naming file and line, when what comes
   *     is no record
   */
  boolean next();

  /** Where the record stands: {@code line 7}. */
  String place();

  /**
   * @param field the place of the field in its stream
   */
  Converted value(int field);

  /** The fields that the file names, as far as it was read. */
  Set<String> named();

  /** What it has beside them, as far as it was read; in its order. */
  List<String> unnamed();

  /** Rows without any value, which are no records; few formats have them. */
  default long blank() {
    return 0;
  }

  @Override
  void close();
}
