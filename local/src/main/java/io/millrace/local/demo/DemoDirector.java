package io.millrace.local.demo;

import io.millrace.local.replay.Director;
import io.millrace.local.replay.Event;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The demo's replay: other codes from the switch on, slow while a run is open. */
final class DemoDirector implements Director {
  private final CodeSwitch codes;
  private final int examples;
  private final Questions questions;
  private final Story story;
  private final Duration slowDay;
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
      Duration slowDay,
      BooleanSupplier over) {
    this.codes = codes;
    this.examples = examples;
    this.questions = questions;
    this.story = story;
    this.slowDay = slowDay;
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
  public Duration eventDay() {
    return story.isRunOpen() ? slowDay : Duration.ZERO;
  }

  @Override
  public boolean isOver() {
    return over.getAsBoolean();
  }
}
