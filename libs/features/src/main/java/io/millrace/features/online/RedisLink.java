package io.millrace.features.online;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.StoreAnswer.Unavailable;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Redis that is made when it is first needed, fails within a second while the
 * server is away, and comes back by itself.
 */
final class RedisLink implements AutoCloseable {
  static final Duration TIMEOUT = Duration.ofSeconds(1);

  private static final String CLUSTER = "redis_mode:cluster";
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final ClientResources resources =
      DefaultClientResources.builder()
          .ioThreadPoolSize(2)
          .computationThreadPoolSize(2)
          .reconnectDelay(
              Delay.exponential(
                  Duration.ofMillis(20), Duration.ofMillis(500), 2, TimeUnit.MILLISECONDS))
          .build();
  private final RedisClient client = RedisClient.create(resources);
  private final RedisURI uri;
  private @Nullable CompletableFuture<StatefulRedisConnection<String, byte[]>> connection;

  RedisLink(URI uri) {
    this.uri = RedisURI.create(uri);
    this.uri.setTimeout(TIMEOUT);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
            .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).keepAlive(true).build())
            .build());
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
      current =
          client
              .connectAsync(CODEC, uri)
              .thenCompose(RedisLink::notOfACluster)
              .toCompletableFuture();
      connection = current;
    }
    return current;
  }

  /**
   * A script writes keys of several entities and the watermarks in one go, which a cluster keeps on
   * several servers. Whoever may not ask what the server is gets on without an answer.
   */
  private static CompletionStage<StatefulRedisConnection<String, byte[]>> notOfACluster(
      StatefulRedisConnection<String, byte[]> link) {
    return link.async()
        .info("server")
        .exceptionally(denied -> "")
        .thenCompose(
            server -> {
              if (!server.contains(CLUSTER)) {
                return CompletableFuture.completedStage(link);
              }
              IllegalStateException refusal =
                  new IllegalStateException(
                      ErrorCode.REDIS_CLUSTER_UNSUPPORTED
                          + ": this Redis is part of a cluster; give the services one that is not");
              return link.closeAsync()
                  .thenCompose(closed -> CompletableFuture.failedStage(refusal));
            });
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
    client.shutdown(Duration.ZERO, TIMEOUT);
    resources.shutdown(0, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
