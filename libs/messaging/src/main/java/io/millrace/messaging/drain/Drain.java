package io.millrace.messaging.drain;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Default;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Between SIGTERM and the stop: not ready, but answering as ever, Kafka's work included, and
 * telling each client with its next answer to go elsewhere. An idle connection is left open until
 * the end, as whoever sends on it just as it is closed gets no answer.
 *
 * <p>It waits where the signal arrives and not in a hook of the JVM, as all hooks run at once:
 * after that of ONNX Runtime no model can be loaded, though the work goes on. A second signal stops
 * it at once.
 */
@Default
@Readiness
@ApplicationScoped
public class Drain implements HealthCheck {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final Duration LOOK = Duration.ofMillis(50);

  /** Longer than a frame takes to a client. */
  private static final Duration GO_AWAY_ARRIVES = Duration.ofSeconds(1);

  /** Of HTTP/2: nothing went wrong. */
  private static final long NO_ERROR = 0;

  /** Also those that are on their way to us; with the last that came they would be dropped. */
  private static final int ALL_STREAMS = Integer.MAX_VALUE;

  private static final Duration STREAMS_END = Duration.ofSeconds(30);

  private final DrainSettings settings;
  private final Traffic traffic;
  private final Set<HttpConnection> leaving = ConcurrentHashMap.newKeySet();
  private final CountDownLatch hurried = new CountDownLatch(1);

  @Inject
  public Drain(DrainSettings settings) {
    this.settings = settings;
    this.traffic = new Traffic(settings, System::nanoTime);
  }

  /** Before the first request; does nothing in a service that stops at once. */
  void watch(@Observes Router router) {
    if (settings.atMost().isPositive()) {
      router.route().order(Integer.MIN_VALUE).handler(this::accompany);
      CompletableFuture<SignalHandler> stops = new CompletableFuture<>();
      stops.complete(
          Signal.handle(new Signal("TERM"), signal -> drain(() -> stops.join().handle(signal))));
    }
  }

  /** Whether the service has been told to stop. */
  public boolean isDraining() {
    return traffic.isDraining();
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("drain");
    if (traffic.isDraining()) {
      response.withData("state", "DRAINING").withData("unanswered", traffic.unanswered());
    }
    return response.status(!traffic.isDraining()).build();
  }

  /** On a thread of the signal's own. */
  private void drain(Runnable stop) {
    if (traffic.isDraining()) {
      hurried.countDown();
      return;
    }
    traffic.drain();
    LOG.info(
        "drains, and stops after quiet={}, at-least={}, at-most={}",
        settings.quiet(),
        settings.atLeast(),
        settings.atMost());
    try {
      while (!traffic.isOver() && !hurried.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.trace("drains, unanswered={}", traffic.unanswered());
      }
      LOG.info("drained, unanswered={}", traffic.unanswered());
    } catch (InterruptedException e) {
      LOG.warn("stops before it is drained", e);
    } finally {
      stop.run();
    }
  }

  private void accompany(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (!isOfTheOperator(request) && !isEndless(request)) {
      traffic.asked();
      context.addEndHandler(ended -> traffic.ended());
    }
    context.addHeadersEndHandler(headers -> askToLeave(request));
    context.addEndHandler(ended -> leave(request, context.vertx()));
    context.next();
  }

  /** Who asks how the service is goes on asking. */
  private static boolean isOfTheOperator(HttpServerRequest request) {
    return request.path().startsWith("/q/") || request.path().startsWith("/v2/health/");
  }

  /** Events that are sent for as long as a page is open, which asks again by itself. */
  private static boolean isEndless(HttpServerRequest request) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    return accept != null && accept.contains("text/event-stream");
  }

  private void askToLeave(HttpServerRequest request) {
    if (traffic.isDraining() && request.version() != HttpVersion.HTTP_2) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
  }

  /** Whose answer had begun before the drain stays until the next one. */
  private void leave(HttpServerRequest request, Vertx vertx) {
    if (!traffic.isDraining()) {
      return;
    }
    HttpConnection connection = request.connection();
    if (request.version() == HttpVersion.HTTP_2) {
      goAway(connection, vertx);
    } else if (request
        .response()
        .headers()
        .contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true)) {
      var unused = connection.close();
    }
  }

  /** No new streams; those that are there are answered before the connection is closed. */
  private void goAway(HttpConnection connection, Vertx vertx) {
    if (leaving.add(connection)) {
      connection.goAway(NO_ERROR, ALL_STREAMS);
      vertx.setTimer(
          GO_AWAY_ARRIVES.toMillis(),
          timer -> {
            var unused = connection.shutdown(STREAMS_END.toMillis());
          });
    }
  }
}
