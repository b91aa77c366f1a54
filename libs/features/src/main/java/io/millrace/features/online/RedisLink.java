package io.millrace.features.online;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.millrace.features.online.Connection.Away;
import io.millrace.features.online.Connection.Clustered;
import io.millrace.features.online.Connection.Made;
import io.millrace.features.online.Connection.Refused;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.StoreAnswer.Unavailable;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Redis that is made when it is first needed, fails in time while the server is
 * away, and comes back by itself.
 */
final class RedisLink implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private static final Pattern REFUSAL =
      Pattern.compile("WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR AUTH");

  private final ClientResources resources =
      DefaultClientResources.builder()
          .ioThreadPoolSize(2)
          .computationThreadPoolSize(2)
          .reconnectDelay(
              Delay.exponential(
                  Duration.ofMillis(20), Duration.ofMillis(500), 2, TimeUnit.MILLISECONDS))
          .build();
  private final RedisClient client = RedisClient.create(resources);
  private final RedisServer server;
  private final RedisURI uri;
  private @Nullable CompletableFuture<StatefulRedisConnection<String, byte[]>> connection;

  RedisLink(RedisServer server) {
    this.server = server;
    this.uri = server.uri();
    SslOptions.Builder tls = SslOptions.builder();
    server.trust().ifPresent(tls::trustManager);
    client.setOptions(
        ClientOptions.builder()
            .sslOptions(tls.build())
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .timeoutOptions(TimeoutOptions.enabled(server.timeout()))
            .socketOptions(
                SocketOptions.builder().connectTimeout(server.timeout()).keepAlive(true).build())
            .build());
  }

  Duration timeout() {
    return server.timeout();
  }

  /** Sends commands; whatever goes wrong on the way or in the server is {@link Unavailable}. */
  <T> CompletionStage<StoreAnswer<T>> send(
      Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> commands) {
    return connected()
        .thenCompose(link -> commands.apply(link.async()))
        .handle(
            (value, failure) ->
                failure == null ? new Answered<>(value) : new Unavailable<>(reason(failure)));
  }

  /** The connection, or the attempt under way; a failed attempt is followed by a new one. */
  private synchronized CompletableFuture<StatefulRedisConnection<String, byte[]>> connected() {
    CompletableFuture<StatefulRedisConnection<String, byte[]>> current = connection;
    if (current == null || current.isCompletedExceptionally()) {
      current = attempt();
      connection = current;
    }
    return current;
  }

  private CompletableFuture<StatefulRedisConnection<String, byte[]>> attempt() {
    try {
      server.authenticate(uri);
    } catch (UncheckedIOException e) {
      return CompletableFuture.failedFuture(e); // the password's file may come later
    }
    return client
        .connectAsync(CODEC, uri)
        .toCompletableFuture()
        .thenCompose(RedisLink::unlessClustered);
  }

  /** Whether the server takes us; makes the connection if there is none. */
  CompletionStage<Connection> connect() {
    return connected().handle((link, failure) -> link == null ? why(failure) : new Made());
  }

  /** A server that does not tell, as a user may be forbidden to ask, is taken for a single one. */
  private static CompletableFuture<StatefulRedisConnection<String, byte[]>> unlessClustered(
      StatefulRedisConnection<String, byte[]> link) {
    return link.async()
        .info("cluster")
        .toCompletableFuture()
        .exceptionally(failure -> "")
        .thenCompose(
            info ->
                info.contains("cluster_enabled:1")
                    ? link.closeAsync()
                        .thenCompose(
                            closed -> CompletableFuture.failedFuture(new ClusteredException()))
                    : CompletableFuture.completedFuture(link));
  }

  private static Connection why(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ClusteredException) {
        return new Clustered();
      }
      if (cause instanceof SSLException
          || cause instanceof UncheckedIOException
          || (cause instanceof RedisCommandExecutionException
              && REFUSAL.matcher(String.valueOf(cause.getMessage())).lookingAt())) {
        return new Refused(String.valueOf(cause.getMessage()));
      }
    }
    return new Away(reason(failure));
  }

  private static final class ClusteredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ClusteredException() {
      super("REDIS_CLUSTER_UNSUPPORTED: the server is part of a Redis Cluster");
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null
        && (cause instanceof CompletionException || cause.getMessage() == null)) {
      cause = cause.getCause();
    }
    return cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, CLOSE_TIMEOUT);
    resources.shutdown(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
