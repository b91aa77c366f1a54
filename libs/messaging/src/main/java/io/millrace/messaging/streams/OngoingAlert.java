package io.millrace.messaging.streams;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.consumers.Announcer;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.pipelines.PipelineFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * When to say that something goes on which is counted: with the first that happens in this process,
 * again each hour that it goes on, and that it is over after an hour without. The latter also of
 * what an earlier process counted, which may have said so. Not safe for several threads.
 */
public final class OngoingAlert {
  static final Duration QUIET = Duration.ofHours(1);
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final What what;
  private final InstantSource clock;
  private final Alerts alerts;
  private long before;
  private Instant last;
  private Optional<Instant> said = Optional.empty();
  private boolean isOver;

  /**
   * What is counted.
   *
   * @param alert what it is about, such as {@code records-misplaced/departures}
   * @param here how often it has happened in this process, which does not change when a task moves
   * @param total how often it has happened to the tasks of this process, exact
   * @param text that it happens, from the total
   * @param overText that it is over
   */
  public record What(
      String alert,
      ErrorCode code,
      LongSupplier here,
      LongSupplier total,
      LongFunction<String> text,
      String overText) {}

  /** Looks until it is closed. */
  public record Watch(Background looking, Announcer announcer) implements AutoCloseable {
    @Override
    public void close() {
      boolean unused = looking.close(Duration.ZERO);
      announcer.close();
    }
  }

  /** Who is told. */
  interface Alerts {
    void noticed(String alert, PipelineFailure what);

    void over(String alert, PipelineFailure what);
  }

  OngoingAlert(What what, InstantSource clock, Alerts alerts) {
    this.what = what;
    this.clock = clock;
    this.alerts = alerts;
    this.before = what.here().getAsLong();
    this.last = clock.instant();
  }

  /**
   * Looks every few seconds until it is closed.
   *
   * @param name of its threads
   */
  public static Watch watch(
      String name, List<What> all, InstantSource clock, ApplicationAlerts alerts) {
    Announcer announcer = new Announcer(name, alerts);
    Alerts announced =
        new Alerts() {
          @Override
          public void noticed(String alert, PipelineFailure what) {
            announcer.happened(() -> alerts.noticed(alert, what));
          }

          @Override
          public void over(String alert, PipelineFailure what) {
            announcer.happened(() -> alerts.over(alert, what));
          }
        };
    List<OngoingAlert> each =
        all.stream().map(what -> new OngoingAlert(what, clock, announced)).toList();
    Background background = new Background(name);
    background.every(LOOK, () -> each.forEach(OngoingAlert::look));
    return new Watch(background, announcer);
  }

  /** Says what is new. */
  void look() {
    Instant now = clock.instant();
    long count = what.here().getAsLong();
    if (count > before) {
      before = count;
      last = now;
      isOver = false;
      if (said.filter(then -> then.plus(QUIET).isAfter(now)).isEmpty()) {
        said = Optional.of(now);
        String text = what.text().apply(Math.max(count, what.total().getAsLong()));
        alerts.noticed(what.alert(), PipelineFailure.of(what.code(), text));
      }
    } else if (!isOver && !last.plus(QUIET).isAfter(now)) {
      isOver = true;
      boolean wasSaid = said.isPresent();
      said = Optional.empty();
      if (wasSaid || what.total().getAsLong() > 0) {
        alerts.over(what.alert(), PipelineFailure.of(what.code(), what.overText()));
      }
    }
  }
}
