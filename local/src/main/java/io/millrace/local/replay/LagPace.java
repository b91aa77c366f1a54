package io.millrace.local.replay;

/**
 * As fast as the system follows: between two readings of the lag no more events go than keep it
 * under a bound.
 */
final class LagPace implements Pace {
  private static final long WAIT_MILLIS = 10;

  private final long maxLag;
  private long sent;
  private long mayBeSent;

  LagPace(long maxLag) {
    this.maxLag = maxLag;
    this.mayBeSent = maxLag;
  }

  /** How many have been sent; to be asked before the lag is read. */
  synchronized long sentSoFar() {
    return sent;
  }

  /**
   * A reading of the lag.
   *
   * @param sentBefore what {@link #sentSoFar} said before
   */
  synchronized void read(long lag, long sentBefore) {
    mayBeSent = sentBefore + Math.max(0, maxLag - lag);
  }

  @Override
  public synchronized long waitMillis(long time) {
    return sent < mayBeSent ? 0 : WAIT_MILLIS;
  }

  @Override
  public long reached(long nextTime) {
    return nextTime - 1;
  }

  @Override
  public synchronized void sent() {
    sent++;
  }
}
