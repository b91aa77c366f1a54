package io.millrace.statistics.histograms;

/**
 * The bucket of a number: the upper 16 bits of its float32, which is what a bfloat16 keeps. A
 * bucket is at most 1/128 wide in relation to its numbers, and whole numbers up to 256 have one
 * each. Buckets count up as their numbers do.
 */
public final class NumberBucket {
  private static final int BITS = 16;
  private static final int SIGN = 0x8000;
  private static final int ALL = 0xffff;

  private NumberBucket() {}

  /**
   * The bucket of a number, as a model takes it: at most the largest float.
   *
   * @param number not NaN
   */
  public static int of(double number) {
    float value = (float) Math.clamp(number, -Float.MAX_VALUE, Float.MAX_VALUE);
    // no second zero
    int bits = Float.floatToIntBits(value == 0 ? 0f : value) >>> BITS;
    return (bits & SIGN) == 0 ? bits | SIGN : ~bits & ALL;
  }

  /** The number in a bucket that is nearest to zero. */
  public static double number(int bucket) {
    int bits = (bucket & SIGN) == 0 ? ~bucket & ALL : bucket & ~SIGN;
    return Float.intBitsToFloat(bits << BITS);
  }
}
