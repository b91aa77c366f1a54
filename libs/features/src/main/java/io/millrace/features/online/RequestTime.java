package io.millrace.features.online;

import java.math.BigDecimal;

/** A time in a request that is a number: milliseconds since the epoch. */
public final class RequestTime {
  /**
   * Microseconds since the epoch.
   *
   * @throws ArithmeticException when it is too far away for 64 bits, or no whole milliseconds
   */
  public static long ofMillis(BigDecimal millis) {
    return Math.multiplyExact(millis.longValueExact(), 1000L);
  }

  private RequestTime() {}
}
