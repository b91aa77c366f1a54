package io.millrace.local.demo;

import io.millrace.local.replay.Director;
import io.millrace.local.replay.files.Event;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The demo's replay: other codes from the switch on, slow while a run is open. However slow the
 * machine is, a run takes no more than some days of event time: beyond these they pass as in life.
 */
final class DemoDirector implements Director {
  private static final long NONE = Long.MIN_VALUE;
  private static final Duration AS_IN_LIFE = Duration.ofDays(1);

  private final CodeSwitch codes;
  private final int examples;
  private final Questions questions;
  private final Story story;
  private final DemoScript script;
  private long openSince = NONE;
  private final BooleanSupplier over;

  /**
   * @param examples which of the events' streams has the examples
   * @param over whether it ends when the loop has closed
   */
  DemoDirector(
      CodeSwitch codes,
      int examples,
      Questions questions,
      Story story,
      DemoScript script,
      BooleanSupplier over) {
    this.codes = codes;
    this.examples = examples;
    this.questions = questions;
    this.story = story;
    this.script = script;
    this.over = over;
  }

  @Override
  public Event change(Event event) {
    Event changed = codes.apply(event);
    if (changed.stream() == examples) {
      questions.about(changed);
    }
    return changed;
  }

  @Override
  public Duration eventDay(long time) {
    if (!story.isRunOpen()) {
      openSince = NONE;
      return script.usualDay();
    }
    if (openSince == NONE) {
      openSince = time;
    }
    return time - openSince < script.most().toNanos() / 1000 ? script.slowDay() : AS_IN_LIFE;
  }

  @Override
  public boolean isOver() {
    return over.getAsBoolean();
  }
}
