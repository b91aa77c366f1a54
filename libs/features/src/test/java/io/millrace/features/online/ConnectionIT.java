package io.millrace.features.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.StoreAnswer.Unavailable;
import io.millrace.fixtures.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a store meets servers that ask for something, or are not what it can use. */
class ConnectionIT {
  private static final String PASSWORD = "c0rrect-horse";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void shouldWriteAndReadWithAPassword() {
    try (RedisProcess redis = new RedisProcess("requirepass " + PASSWORD);
        OnlineStore store = store(redis.uri(), Optional.empty(), PASSWORD)) {
      assertThat(now(store.connect())).isEqualTo(new Connection.Made());
      assertThat(now(store.read("p", List.of()))).isInstanceOf(Answered.class);
    }
  }

  @Test
  void shouldWriteAndReadAsAUserWhoMayNotAskWhatTheServerIs() {
    try (RedisProcess redis =
            new RedisProcess("user millrace on >" + PASSWORD + " ~* +@all -@dangerous -info");
        OnlineStore store = store(redis.uri(), Optional.of("millrace"), PASSWORD)) {
      assertThat(now(store.connect())).isEqualTo(new Connection.Made());
      assertThat(now(store.read("p", List.of()))).isInstanceOf(Answered.class);
    }
  }

  @Test
  void shouldSayThatItIsRefusedUnderAWrongPasswordOrNone() {
    try (RedisProcess redis = new RedisProcess("requirepass " + PASSWORD);
        OnlineStore wrong = store(redis.uri(), Optional.empty(), "wr0ng-horse");
        OnlineStore none = new OnlineStore(redis.uri())) {
      for (OnlineStore store : List.of(wrong, none)) {
        assertThat(now(store.connect()))
            .isInstanceOfSatisfying(
                Connection.Refused.class,
                refused -> assertThat(refused.reason()).isNotBlank().doesNotContain("horse"));
        assertThat(now(store.read("p", List.of()))).isInstanceOf(Unavailable.class);
      }
    }
  }

  @Test
  void shouldSayThatThePasswordCantBeReadAndTakeItWhenItCan() {
    AtomicReference<String> file = new AtomicReference<>();
    try (RedisProcess redis = new RedisProcess("requirepass " + PASSWORD);
        OnlineStore store =
            new OnlineStore(
                new RedisServer(
                    redis.uri(),
                    Optional.empty(),
                    () -> Optional.of(read(file)),
                    Optional.empty(),
                    PATIENCE))) {
      assertThat(now(store.connect()))
          .isEqualTo(new Connection.Refused("the secret in /no/such/file can't be read"));
      assertThat(now(store.read("p", List.of()))).isInstanceOf(Unavailable.class);

      file.set(PASSWORD);

      assertThat(now(store.connect())).isEqualTo(new Connection.Made());
    }
  }

  private static String read(AtomicReference<String> file) {
    return Optional.ofNullable(file.get())
        .orElseThrow(
            () ->
                new UncheckedIOException(
                    "the secret in /no/such/file can't be read", new IOException()));
  }

  @Test
  void shouldTellAServerThatIsAwayFromOneThatRefuses() {
    URI gone;
    try (RedisProcess redis = new RedisProcess()) {
      gone = redis.uri();
    }
    try (OnlineStore store = new OnlineStore(gone)) {
      assertThat(now(store.connect())).isInstanceOf(Connection.Away.class);
    }
  }

  /** It takes the connection and says nothing. */
  @Test
  void shouldWaitForASilentServerAsLongAsItIsTold() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        OnlineStore store =
            new OnlineStore(
                RedisServer.at(URI.create("redis://localhost:" + silent.getLocalPort()))
                    .within(Duration.ofSeconds(2)))) {
      long start = System.nanoTime();

      assertThat(now(store.connect())).isInstanceOf(Connection.Away.class);

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThan(Duration.ofMillis(1900));
    }
  }

  /** Keys of one script would lie on several nodes, as they have no hash tags. */
  @Test
  void shouldUseNoServerOfACluster() {
    try (RedisProcess redis =
            new RedisProcess(
                "cluster-enabled yes", "cluster-config-file " + folder.resolve("nodes.conf"));
        OnlineStore store = new OnlineStore(redis.uri())) {
      assertThat(now(store.connect())).isEqualTo(new Connection.Clustered());
      assertThat(now(store.read("p", List.of())))
          .isInstanceOfSatisfying(
              Unavailable.class,
              refused -> assertThat(refused.reason()).contains("REDIS_CLUSTER_UNSUPPORTED"));
    }
  }

  private static OnlineStore store(URI uri, Optional<String> user, String password) {
    return new OnlineStore(
        new RedisServer(uri, user, () -> Optional.of(password), Optional.empty(), PATIENCE));
  }

  private static <T> T now(CompletionStage<T> answer) {
    return answer.toCompletableFuture().join();
  }
}
