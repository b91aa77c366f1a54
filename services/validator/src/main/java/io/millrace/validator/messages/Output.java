package io.millrace.validator.messages;

import org.jspecify.annotations.Nullable;

/**
 * A value on its way to a topic; key and headers are the record's.
 *
 * @param partition {@link #BY_KEY}, or the one partition that a watermark is about
 * @param value null on a watermark
 */
public record Output(Destination destination, int partition, byte @Nullable [] value)
    implements Checked {
  public static final int BY_KEY = -1;
}
