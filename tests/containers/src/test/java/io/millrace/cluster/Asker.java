package io.millrace.cluster;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends the same request at a fixed rate from within a cluster, whether or not earlier ones were
 * answered, half of them on connections that are kept. It has nothing but the JDK.
 */
final class Asker {
  private static final int KEPT = 8;

  private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();

  private Asker() {}

  /**
   * Prints how many requests there were of each way and result, such as {@code kept.200 1250}.
   *
   * @param arguments URL, body or {@code -} for a GET, requests a second, seconds
   */
  public static void main(String[] arguments) throws Exception {
    int perSecond = Integer.parseInt(arguments[2]);
    int seconds = Integer.parseInt(arguments[3]);
    System.setProperty("jdk.httpclient.keepalive.timeout", "60");
    Asker asker = new Asker();
    asker.ask(URI.create(arguments[0]), arguments[1], perSecond, seconds);
    new TreeMap<>(asker.answers).forEach((what, count) -> System.out.println(what + " " + count));
    System.exit(0);
  }

  private void ask(URI uri, String body, int perSecond, int seconds) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json");
    if (!body.equals("-")) {
      request.POST(HttpRequest.BodyPublishers.ofString(body));
    }
    HttpRequest built = request.build();
    HttpClient[] kept = new HttpClient[KEPT];
    for (int i = 0; i < KEPT; i++) {
      kept[i] = client();
    }
    ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    long period = TimeUnit.SECONDS.toNanos(1) * 2 / perSecond;
    clock.scheduleAtFixedRate(
        () -> send(kept[ThreadLocalRandom.current().nextInt(KEPT)], built, "kept", () -> {}),
        0,
        period,
        TimeUnit.NANOSECONDS);
    clock.scheduleAtFixedRate(
        () -> {
          HttpClient own = client();
          send(own, built, "own", own::shutdownNow);
        },
        0,
        period,
        TimeUnit.NANOSECONDS);
    TimeUnit.SECONDS.sleep(seconds);
    clock.shutdownNow();
    TimeUnit.SECONDS.sleep(3); // what is on its way
  }

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(20))
        .build();
  }

  private void send(HttpClient client, HttpRequest request, String way, Runnable after) {
    client
        .sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .whenComplete(
            (answer, failure) -> {
              String result =
                  failure == null
                      ? String.valueOf(answer.statusCode())
                      : failure.toString().replaceAll("\\s+", "_");
              answers.computeIfAbsent(way + "." + result, key -> new LongAdder()).increment();
              after.run();
            });
  }
}
