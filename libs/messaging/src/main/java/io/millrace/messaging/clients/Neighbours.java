package io.millrace.messaging.clients;

import io.millrace.messaging.clients.Neighbour.Answer;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.failures.Backoff;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the neighbours now and then whether they take us. Not ready while one refuses: a wrong
 * password does not pass by itself as an outage does, of which others speak.
 */
@Readiness
@ApplicationScoped
public class Neighbours implements HealthCheck {
  private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);
  private static final Backoff UNTIL_ALL_TAKE_US = Backoff.UP_TO_TEN_SECONDS;
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final List<Neighbour> all;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final AtomicBoolean started = new AtomicBoolean();
  private final Background background = new Background("neighbours");

  @Inject
  public Neighbours(@Any Instance<Neighbour> all) {
    this(all.stream().toList());
  }

  Neighbours(List<Neighbour> all) {
    this.all = all;
  }

  /** With the first question about readiness, as no bean of a library is told of the start. */
  private void start() {
    if (started.compareAndSet(false, true)) {
      try {
        askAfter(1);
      } catch (OutOfMemoryError e) {
        started.set(false); // no thread for it: with the next question
        throw e;
      }
    }
  }

  private void askAfter(int unsettled) {
    Duration pause = unsettled == 0 ? PAUSE : UNTIL_ALL_TAKE_US.after(unsettled);
    background.after(pause, () -> askAll(unsettled));
  }

  private void askAll(int unsettled) {
    boolean settled = false;
    try {
      all.forEach(this::ask);
      settled = answers.values().stream().allMatch(Answer.Accepted.class::isInstance);
    } finally {
      askAfter(settled ? 0 : unsettled + 1);
    }
  }

  private static Answer answer(Neighbour neighbour) {
    try {
      return neighbour.question().get();
    } catch (RuntimeException | Error e) {
      LOG.debug("neighbour={} could not be asked", neighbour.name(), e);
      return new Answer.Away(e.toString());
    }
  }

  private void ask(Neighbour neighbour) {
    Answer answer = answer(neighbour);
    Answer before = answers.put(neighbour.name(), answer);
    if (before != null && word(before).equals(word(answer))) {
      return;
    }
    switch (answer) {
      case Answer.Refused(var code, String reason) ->
          LOG.error("neighbour={} code={} {}", neighbour.name(), code, reason);
      case Answer.Away(String reason) ->
          LOG.warn("neighbour={} does not answer: {}", neighbour.name(), reason);
      case Answer.Accepted() -> LOG.info("neighbour={} takes us", neighbour.name());
    }
  }

  @Override
  public HealthCheckResponse call() {
    start();
    HealthCheckResponseBuilder response = HealthCheckResponse.named("neighbours");
    answers.forEach((name, answer) -> response.withData(name, word(answer)));
    return response
        .status(answers.values().stream().noneMatch(Answer.Refused.class::isInstance))
        .build();
  }

  private static String word(Answer answer) {
    return switch (answer) {
      case Answer.Accepted() -> "ACCEPTED";
      case Answer.Away(String reason) -> "AWAY";
      case Answer.Refused(var code, String reason) -> code.name();
    };
  }

  @PreDestroy
  void stop() {
    background.end();
  }
}
