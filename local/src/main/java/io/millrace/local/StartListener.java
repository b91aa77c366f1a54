package io.millrace.local;

import io.millrace.local.process.ServiceProcess;
import java.time.Duration;

/** Hears how a start goes; may be called from several threads. */
public interface StartListener {
  void starting(String name);

  void ready(ServiceProcess process, Duration took);

  /** A line about what may go wrong later. */
  void warned(String line);

  static StartListener silent() {
    return new StartListener() {
      @Override
      public void starting(String name) {}

      @Override
      public void ready(ServiceProcess process, Duration took) {}

      @Override
      public void warned(String line) {}
    };
  }
}
