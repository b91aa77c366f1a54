package io.millrace.system;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Requests at a fixed rate, whether or not earlier ones were answered: a latency counts from when
 * its request was due, so that a stall is not hidden.
 */
final class Load implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final URI uri;
  private final List<String> bodies;
  private final long startNanos;
  private final Instant start;
  private final long periodNanos;
  private long sent;

  /** One answer, when it was due and how long it took. */
  record Answer(Instant due, Duration latency) {}

  Load(URI uri, List<String> bodies, int perSecond) {
    this.uri = uri;
    this.bodies = List.copyOf(bodies);
    this.periodNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.start = Instant.now();
    this.startNanos = System.nanoTime();
    clock.scheduleAtFixedRate(this::sendDue, 0, 1, TimeUnit.MILLISECONDS);
  }

  private void sendDue() {
    while (sent * periodNanos <= System.nanoTime() - startNanos) {
      long due = startNanos + sent * periodNanos;
      String body = bodies.get((int) (sent % bodies.size()));
      sent++;
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .timeout(TIMEOUT)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
          .whenComplete((answer, failure) -> answered(due, answer, failure));
    }
  }

  private void answered(long due, HttpResponse<String> answer, Throwable failure) {
    if (failure != null) {
      failures.add(failure.toString());
    } else if (answer.statusCode() != 200) {
      failures.add(answer.statusCode() + " " + answer.body());
    } else {
      answers.add(
          new Answer(start.plusNanos(due - startNanos), Duration.ofNanos(System.nanoTime() - due)));
    }
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  long answered() {
    return answers.size();
  }

  /** The percentile of latency in milliseconds among the answers that were due at such times. */
  double millis(double percentile, Predicate<Instant> at) {
    double[] sorted =
        answers.stream()
            .filter(answer -> at.test(answer.due()))
            .mapToDouble(answer -> answer.latency().toNanos() / 1e6)
            .sorted()
            .toArray();
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, Math.floor(percentile * sorted.length))];
  }

  /**
   * When answers took longer than so many milliseconds: seconds since the start, and the longest.
   */
  SortedMap<Long, Long> slow(long millis) {
    SortedMap<Long, Long> slow = new TreeMap<>();
    for (Answer answer : answers) {
      if (answer.latency().toMillis() > millis) {
        slow.merge(
            Duration.between(start, answer.due()).toSeconds(),
            answer.latency().toMillis(),
            Math::max);
      }
    }
    return slow;
  }

  /** Seconds since the start. */
  long second(Instant at) {
    return Duration.between(start, at).toSeconds();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    http.close();
  }
}
