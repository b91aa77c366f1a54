package io.millrace.features.online;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.StoreAnswer.Unavailable;
import io.millrace.features.online.WriteOutcome.NotFilled;
import io.millrace.features.online.WriteOutcome.Written;
import io.millrace.fixtures.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnlineStoreIT {
  /** A machine may stand still for seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final EntityKey JFK = new EntityKey("origin", "JFK");
  private static final EntityKey LAX = new EntityKey("origin", "LAX");

  private RedisProcess redis;
  private OnlineStore store;
  private String pipeline;
  private Source source;

  @BeforeAll
  void start() {
    redis = new RedisProcess();
    store = new OnlineStore(RedisServer.at(redis.uri()).within(PATIENCE));
  }

  @AfterAll
  void stop() {
    store.close();
    redis.close();
  }

  @BeforeEach
  void fill(TestInfo test) {
    pipeline = test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
    source = new Source(pipeline, "log-a", 0);
    value(store.beginFilling(source));
  }

  @Test
  void shouldKeepTheHighestVersionWhateverTheOrder() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      EntityKey key = new EntityKey("origin", "round " + round);
      List<Write> writes =
          new ArrayList<>(
              IntStream.rangeClosed(8, 12).mapToObj(v -> write(key, v, "v" + v)).toList());
      Collections.shuffle(writes, random);

      writes.forEach(one -> value(store.write(source, List.of(one))));

      assertThat(read(key)).contains("v12");
    }
  }

  @Test
  void shouldKeepTheHighestVersionWhenManyWriteAtOnce() throws InterruptedException {
    List<Thread> writers = new ArrayList<>();
    for (int writer = 0; writer < 8; writer++) {
      List<Integer> versions = new ArrayList<>(IntStream.range(0, 500).boxed().toList());
      Collections.shuffle(versions, new Random(writer));
      boolean removes = writer % 2 == 0;
      writers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (OnlineStore own =
                        new OnlineStore(RedisServer.at(redis.uri()).within(PATIENCE))) {
                      for (int v : versions) {
                        String bytes = v % 2 == 0 && removes ? null : "v" + v;
                        value(own.write(source, List.of(write(JFK, v, bytes), write(LAX, v, "x"))));
                      }
                    }
                  }));
    }
    for (Thread writer : writers) {
      writer.join();
    }

    assertThat(read(JFK)).contains("v499");
    assertThat(value(store.write(source, List.of(write(JFK, 499, "again")))))
        .isEqualTo(new Written(0));
  }

  @Test
  void shouldCompareVersionsAsNumbersOfFullWidth() {
    long large = Long.MAX_VALUE - 1;
    value(store.write(source, List.of(write(JFK, 9, "9"), write(LAX, large, "large"))));

    assertThat(
            value(store.write(source, List.of(write(JFK, 10, "10"), write(LAX, large + 1, "+1")))))
        .isEqualTo(new Written(2));
    assertThat(read(JFK)).contains("10");
    assertThat(read(LAX)).contains("+1");
  }

  @Test
  void shouldNotBringARemovedEntityBackWhenAnOlderWriteComes() {
    value(store.write(source, List.of(write(JFK, 5, "old"))));
    value(store.write(source, List.of(write(JFK, 7, null))));

    assertThat(value(store.write(source, List.of(write(JFK, 6, "older")))))
        .isEqualTo(new Written(0));
    assertThat(read(JFK)).isEmpty();
    assertThat(secondsToLive(JFK)).isBetween(86_300L, 86_400L);

    value(store.write(source, List.of(write(JFK, 8, "new"))));
    assertThat(read(JFK)).contains("new");
    assertThat(secondsToLive(JFK)).isEqualTo(-1);
  }

  @Test
  void shouldWriteLargeBatchesWhole() {
    List<Write> writes =
        IntStream.range(0, 1000)
            .mapToObj(i -> write(new EntityKey("origin", "k" + i), i, "v" + i))
            .toList();

    assertThat(value(store.write(source, writes))).isEqualTo(new Written(1000));
    assertThat(read(new EntityKey("origin", "k999"))).contains("v999");
  }

  @Test
  void shouldReadRowsInTheOrderAskedAndTheLeastWatermark() {
    Source other = new Source(pipeline, "log-a", 1);
    value(store.beginFilling(other));
    value(store.write(source, List.of(write(LAX, 1, "lax"))));
    assertThat(value(store.read(pipeline, List.of())).watermark()).isEqualTo(OptionalLong.empty());
    value(store.writeWatermark(source, 0, 500));
    value(store.writeWatermark(other, 1, -20));
    value(store.writeWatermark(other, 1, -30));

    OnlineRows rows = value(store.read(pipeline, List.of(JFK, LAX)));

    assertThat(rows.panes().getFirst()).isEmpty();
    assertThat(rows.panes().getLast())
        .hasValueSatisfying(b -> assertThat(b).asString(UTF_8).isEqualTo("lax"));
    assertThat(rows.watermark()).hasValue(-20);
  }

  @Test
  void shouldRefuseWritesOfALogThatHasNotBegun() {
    Source stranger = new Source(pipeline, "log-b", 0);

    assertThat(value(store.write(stranger, List.of(write(JFK, 1, "b")))))
        .isEqualTo(new NotFilled());
    assertThat(value(store.writeWatermark(stranger, 0, 1))).isEqualTo(new NotFilled());
    assertThat(value(store.isFilled(stranger))).isFalse();
    assertThat(value(store.isFilled(source))).isTrue();
    assertThat(read(JFK)).isEmpty();
  }

  @Test
  void shouldForgetWhatAnotherLogWroteWhenANewOneBegins() {
    Source second = new Source(pipeline, "log-a", 1);
    value(store.beginFilling(second));
    value(store.write(source, List.of(write(JFK, 1000, "of the old log"))));
    value(store.writeWatermark(source, 0, 5));
    Source fresh = new Source(pipeline, "log-b", 0);

    value(store.beginFilling(fresh));

    assertThat(value(store.read(pipeline, List.of(JFK))).watermark()).isEmpty();
    assertThat(value(store.isFilled(second))).isFalse();
    assertThat(value(store.write(fresh, List.of(write(JFK, 0, "new"))))).isEqualTo(new Written(1));
    assertThat(read(JFK)).contains("new");
  }

  @Test
  void shouldRemoveAPipelineAndNoOther() {
    Source neighbour = new Source(pipeline + "_2", "log-a", 0);
    value(store.beginFilling(neighbour));
    value(store.write(neighbour, List.of(write(JFK, 1, "stays"))));
    List<Write> writes =
        IntStream.range(0, 3000)
            .mapToObj(i -> write(new EntityKey("origin", "k" + i), i, "v"))
            .toList();
    value(store.write(source, writes));

    assertThat(value(store.remove(pipeline))).isEqualTo(3001);

    assertThat(read(new EntityKey("origin", "k0"))).isEmpty();
    assertThat(value(store.read(neighbour.pipeline(), List.of(JFK))).panes().getFirst())
        .isPresent();
  }

  @Test
  void shouldAnswerUnavailableWhileRedisIsAwayAndRecoverByItself() {
    try (RedisProcess own = new RedisProcess();
        OnlineStore early = new OnlineStore(RedisServer.at(own.uri()).within(PATIENCE))) {
      value(early.beginFilling(source));

      own.stop();
      long before = System.nanoTime();
      StoreAnswer<OnlineRows> away = await(early.read(pipeline, List.of(JFK)));
      assertThat(away).isInstanceOf(Unavailable.class);
      assertThat(await(early.write(source, List.of(write(JFK, 1, "x")))))
          .isInstanceOf(Unavailable.class);
      System.out.printf(
          "a read and a write without Redis: refused after %s%n",
          Duration.ofNanos(System.nanoTime() - before));

      own.startAgain();
      assertThat(untilAnswered(() -> early.isFilled(source))).isFalse();
      assertThat(value(early.write(source, List.of(write(JFK, 1, "x")))))
          .isEqualTo(new NotFilled());
    }
  }

  @Test
  void shouldConnectLaterWhenRedisIsAwayAtFirst() {
    try (RedisProcess own = new RedisProcess()) {
      own.stop();
      try (OnlineStore early = new OnlineStore(RedisServer.at(own.uri()).within(PATIENCE))) {
        assertThat(await(early.isFilled(source))).isInstanceOf(Unavailable.class);

        own.startAgain();

        assertThat(untilAnswered(() -> early.isFilled(source))).isFalse();
      }
    }
  }

  @Test
  void shouldReplaceWhatOthersHavePutUnderItsKeys() {
    inRedis(
        commands -> {
          commands.lpush("millrace:1:" + pipeline + ":panes:" + JFK, "a list");
          commands.set("millrace:1:" + pipeline + ":panes:" + LAX, "zzz, and no version at all");
          commands.set("millrace:1:" + pipeline + ":watermarks", "no hash");
        });
    assertThat(value(store.read(pipeline, List.of(JFK))).panes().getFirst()).isEmpty();
    assertThat(value(store.read(pipeline, List.of(JFK))).watermark()).isEmpty();

    assertThat(value(store.write(source, List.of(write(JFK, 1, "jfk"), write(LAX, 1, "lax")))))
        .isEqualTo(new Written(2));
    assertThat(value(store.writeWatermark(source, 0, 7))).isEqualTo(new Written(1));

    assertThat(read(JFK)).contains("jfk");
    assertThat(read(LAX)).contains("lax");
    assertThat(value(store.read(pipeline, List.of())).watermark()).hasValue(7);
    inRedis(commands -> commands.hset("millrace:1:" + pipeline + ":watermarks", "0", "soon"));
    assertThat(value(store.read(pipeline, List.of())).watermark()).isEmpty();
    assertThat(value(store.writeWatermark(source, 0, 8))).isEqualTo(new Written(1));
    assertThat(value(store.read(pipeline, List.of())).watermark()).hasValue(8);
  }

  @Test
  void shouldBeFilledAnewWhenItsLogsWereOverwritten() {
    value(store.write(source, List.of(write(JFK, 1, "before"))));
    inRedis(
        commands -> {
          commands.del("millrace:1:" + pipeline + ":logs");
          commands.set("millrace:1:" + pipeline + ":logs", "no hash");
        });

    assertThat(value(store.isFilled(source))).isFalse();
    assertThat(value(store.write(source, List.of(write(JFK, 2, "x"))))).isEqualTo(new NotFilled());
    value(store.beginFilling(source));

    assertThat(value(store.isFilled(source))).isTrue();
    assertThat(read(JFK)).isEmpty();
    assertThat(value(store.write(source, List.of(write(JFK, 1, "again")))))
        .isEqualTo(new Written(1));
  }

  @Test
  void shouldAnswerUnavailableWhileRedisIsOutOfMemoryAndReadOnAndRecover() {
    value(store.write(source, List.of(write(JFK, 1, "before"))));
    inRedis(commands -> commands.configSet("maxmemory", "1"));
    try {
      assertThat(await(store.write(source, List.of(write(JFK, 2, "meanwhile")))))
          .isInstanceOfSatisfying(
              Unavailable.class, answer -> assertThat(answer.reason()).contains("OOM"));
      assertThat(read(JFK)).contains("before");
    } finally {
      inRedis(commands -> commands.configSet("maxmemory", "0"));
    }

    assertThat(value(store.write(source, List.of(write(JFK, 2, "after")))))
        .isEqualTo(new Written(1));
    assertThat(read(JFK)).contains("after");
  }

  /** Of a stored value 19 bytes are its version. */
  @Test
  void shouldReadNoMoreAtOnceThanItMayHoldButOneInAnyCase() {
    int half = 4 * 1024 * 1024 - 19;
    EntityKey large = new EntityKey("origin", "large");
    value(
        store.write(
            source,
            List.of(
                write(JFK, 1, "j".repeat(half)),
                write(LAX, 1, "l".repeat(half)),
                write(large, 1, "x".repeat(2 * half + 20)))));

    assertThat(sizes(JFK, LAX)).containsExactly(half, half);
    assertThat(sizes(JFK, LAX, JFK)).containsExactly(half, half);
    assertThat(sizes(large, JFK)).containsExactly(2 * half + 20);

    value(store.write(source, List.of(write(LAX, 2, "l".repeat(half + 1)))));
    assertThat(sizes(JFK, LAX)).containsExactly(half);
  }

  private List<Integer> sizes(EntityKey... keys) {
    return value(store.read(pipeline, List.of(keys))).panes().stream()
        .map(panes -> panes.orElseThrow().length)
        .toList();
  }

  private void inRedis(Consumer<RedisCommands<String, String>> commands) {
    try (RedisClient client = RedisClient.create(redis.uri().toString());
        StatefulRedisConnection<String, String> connection = client.connect()) {
      commands.accept(connection.sync());
    }
  }

  private Optional<String> read(EntityKey key) {
    return value(store.read(pipeline, List.of(key)))
        .panes()
        .getFirst()
        .map(bytes -> new String(bytes, UTF_8));
  }

  private long secondsToLive(EntityKey key) {
    try (RedisClient client = RedisClient.create(redis.uri().toString());
        StatefulRedisConnection<String, String> connection = client.connect()) {
      return connection.sync().ttl("millrace:1:" + pipeline + ":panes:" + key);
    }
  }

  private static Write write(EntityKey key, long version, @Nullable String bytes) {
    return new Write(key, version, Optional.ofNullable(bytes).map(text -> text.getBytes(UTF_8)));
  }

  private static <T> T untilAnswered(
      java.util.function.Supplier<CompletionStage<StoreAnswer<T>>> call) {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (System.nanoTime() < deadline) {
      if (await(call.get()) instanceof Answered<T>(T value)) {
        return value;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("Redis did not come back");
  }

  private static <T> T value(CompletionStage<StoreAnswer<T>> answer) {
    return switch (await(answer)) {
      case Answered<T>(T value) -> value;
      case Unavailable<T>(String reason) -> throw new AssertionError(reason);
    };
  }

  private static <T> StoreAnswer<T> await(CompletionStage<StoreAnswer<T>> answer) {
    return answer.toCompletableFuture().orTimeout(2, TimeUnit.MINUTES).join();
  }
}
