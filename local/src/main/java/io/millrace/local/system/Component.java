package io.millrace.local.system;

import io.millrace.local.process.Launch;

/**
 * One process of the system.
 *
 * @param preparation what has to be on disk before each start
 * @param readiness whether it serves
 */
public record Component(Launch launch, Preparation preparation, Readiness readiness) {
  public String name() {
    return launch.name();
  }

  /** Writes the configuration, empties its folder of unpacked libraries; runs before each start. */
  public interface Preparation {
    void prepare();
  }

  /** Asked again and again until it says yes; never throws because the process is not up yet. */
  public interface Readiness {
    boolean isReady();
  }
}
