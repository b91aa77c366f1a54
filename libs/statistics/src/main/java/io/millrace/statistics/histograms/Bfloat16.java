package io.millrace.statistics.histograms;

/**
 * How Millrace counted numbers before {@link NumberHistogram}: by the upper 16 bits of their
 * float32, which is what a bfloat16 keeps, and which is a cell of that histogram as well. What is
 * in stores and topics is read by it.
 */
public final class Bfloat16 {
  /** A double has 52 bits behind the point, and a bfloat16 7. */
  public static final int SHIFT = 45;

  private static final int BITS = 16;
  private static final int SIGN = 0x8000;
  private static final int ALL = 0xffff;

  private Bfloat16() {}

  /**
   * The cell of {@value #SHIFT} bits less.
   *
   * @param bucket the upper 16 bits, in the order of the numbers, from 0 on
   */
  public static long cell(int bucket) {
    int bits = (bucket & SIGN) == 0 ? ~bucket & ALL : bucket & ~SIGN;
    long number = Double.doubleToLongBits(Float.intBitsToFloat(bits << BITS));
    return (number < 0 ? number ^ Long.MAX_VALUE : number) >> SHIFT;
  }
}
