package io.millrace.monitor.outcomes;

/** What comes out of joining: each kind goes to a topic of its own. */
public sealed interface MonitorOutput {
  byte[] value();

  /** A prediction with its label. */
  record Joined(byte[] value) implements MonitorOutput {}

  /** A {@link io.millrace.monitor.windows.JudgeMessage}. */
  record ToJudge(byte[] value) implements MonitorOutput {}
}
