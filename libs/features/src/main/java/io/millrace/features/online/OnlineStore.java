package io.millrace.features.online;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.features.online.WriteOutcome.NotFilled;
import io.millrace.features.online.WriteOutcome.Written;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Entities' panes in Redis. Every call answers within about the server's timeout, also while Redis
 * is away, and blocks no thread. Writes may be repeated, overtaken and shuffled: the highest
 * version wins.
 */
public final class OnlineStore implements AutoCloseable {
  private static final Duration REMOVED_KEPT = Duration.ofDays(1);
  private static final int BATCH = 256;
  private static final int MOST_READ = 1_000;

  /** What a read holds at once: two of the largest records that there may be. */
  static final int READ_BYTES = 2 * DataTopic.MOST_RECORD_BYTES;

  private static final byte[] NONE = {};

  private final RedisLink redis;

  /** Connects when first used, so that it can be made while Redis is away. */
  public OnlineStore(URI redis) {
    this(RedisServer.at(redis));
  }

  /** Connects when first used, so that it can be made while Redis is away. */
  public OnlineStore(RedisServer redis) {
    this.redis = new RedisLink(redis);
  }

  /** Whether Redis takes us; every other call says {@link StoreAnswer.Unavailable} if not. */
  public CompletionStage<Connection> connect() {
    return redis.connect();
  }

  /** Applies each write that has a higher version than what is there, or none of a batch. */
  public CompletionStage<StoreAnswer<WriteOutcome>> write(Source source, List<Write> writes) {
    return redis.send(
        commands -> {
          CompletionStage<Long> applied = CompletableFuture.completedStage(0L);
          for (int from = 0; from < writes.size(); from += BATCH) {
            List<Write> batch = writes.subList(from, Math.min(writes.size(), from + BATCH));
            applied =
                applied.thenCombine(
                    writeBatch(commands, source, batch), (a, b) -> a < 0 || b < 0 ? -1 : a + b);
          }
          return applied.thenApply(OnlineStore::outcome);
        });
  }

  private static CompletionStage<Long> writeBatch(
      RedisAsyncCommands<String, byte[]> commands, Source source, List<Write> batch) {
    Keys keys = new Keys(source.pipeline());
    String[] names = new String[1 + batch.size()];
    byte[][] arguments = new byte[3 + 2 * batch.size()][];
    names[0] = keys.logs();
    arguments[0] = utf8(Integer.toString(source.partition()));
    arguments[1] = utf8(source.log());
    arguments[2] = utf8(Long.toString(REMOVED_KEPT.toSeconds()));
    for (int i = 0; i < batch.size(); i++) {
      Write write = batch.get(i);
      names[1 + i] = keys.panes(write.key());
      arguments[3 + 2 * i] = VersionedBytes.version(write.version());
      arguments[4 + 2 * i] = write.panes().orElse(NONE);
    }
    return commands.eval(Scripts.WRITE, ScriptOutputType.INTEGER, names, arguments);
  }

  /**
   * Moves the watermark of one of the tasks that keep panes; an earlier one changes nothing.
   *
   * @param source where the news comes from
   * @param task the partition whose panes are complete up to then
   */
  public CompletionStage<StoreAnswer<WriteOutcome>> writeWatermark(
      Source source, int task, long micros) {
    Keys keys = new Keys(source.pipeline());
    String[] names = {keys.logs(), keys.watermarks()};
    byte[][] arguments = {
      utf8(Integer.toString(source.partition())),
      utf8(source.log()),
      utf8(Integer.toString(task)),
      utf8(Long.toString(micros))
    };
    return redis.send(
        commands ->
            commands
                .<Long>eval(Scripts.WATERMARK, ScriptOutputType.INTEGER, names, arguments)
                .thenApply(OnlineStore::outcome));
  }

  /**
   * Reads the first of the entities and the pipeline's watermark in one round trip: as many as take
   * {@link #READ_BYTES} together, and one that takes more alone.
   */
  public CompletionStage<StoreAnswer<OnlineRows>> read(String pipeline, List<EntityKey> entities) {
    Keys keys = new Keys(pipeline);
    String[] names = entities.stream().limit(MOST_READ).map(keys::panes).toArray(String[]::new);
    return redis.send(
        commands -> {
          CompletionStage<List<byte @Nullable []>> panes =
              names.length == 0
                  ? CompletableFuture.completedStage(List.of())
                  : commands.eval(
                      Scripts.READ,
                      ScriptOutputType.MULTI,
                      names,
                      utf8(Integer.toString(READ_BYTES)));
          return panes.thenCombine(
              orIfOfAnotherType(commands.hvals(keys.watermarks()), List.of()),
              (values, watermarks) -> new OnlineRows(bytes(values), least(watermarks)));
        });
  }

  /** How long a read of several round trips may take. */
  Duration timeout() {
    return redis.timeout();
  }

  /** Whether the store holds what a source wrote before. */
  public CompletionStage<StoreAnswer<Boolean>> isFilled(Source source) {
    return redis.send(
        commands ->
            orIfOfAnotherType(
                    commands.hget(
                        new Keys(source.pipeline()).logs(), Integer.toString(source.partition())),
                    NONE)
                .thenApply(log -> log != null && utf8(log).equals(source.log())));
  }

  /**
   * Declares that a source writes from its beginning now. What another log has left of the pipeline
   * is removed, that of its other partitions too: they will find {@link NotFilled} and follow.
   */
  public CompletionStage<StoreAnswer<Boolean>> beginFilling(Source source) {
    String logs = new Keys(source.pipeline()).logs();
    return redis.send(
        commands ->
            orIfOfAnotherType(commands.hvals(logs), List.of(NONE))
                .thenCompose(
                    known ->
                        known.stream().allMatch(log -> utf8(log).equals(source.log()))
                            ? CompletableFuture.completedStage(0L)
                            : remove(commands, source.pipeline()))
                .thenCompose(
                    removed ->
                        commands.hset(
                            logs, Integer.toString(source.partition()), utf8(source.log()))));
  }

  /** Removes all of a pipeline; answers how many keys there were. */
  public CompletionStage<StoreAnswer<Long>> remove(String pipeline) {
    return redis.send(commands -> remove(commands, pipeline));
  }

  private static CompletionStage<Long> remove(
      RedisAsyncCommands<String, byte[]> commands, String pipeline) {
    ScanArgs all = ScanArgs.Builder.matches(new Keys(pipeline).all()).limit(1000);
    return commands.scan(all).thenCompose(page -> removePage(commands, all, page, 0));
  }

  private static CompletionStage<Long> removePage(
      RedisAsyncCommands<String, byte[]> commands,
      ScanArgs all,
      KeyScanCursor<String> page,
      long before) {
    CompletionStage<Long> removed =
        page.getKeys().isEmpty()
            ? CompletableFuture.completedStage(before)
            : commands.unlink(page.getKeys().toArray(String[]::new)).thenApply(n -> before + n);
    return page.isFinished()
        ? removed
        : removed.thenCompose(
            sum ->
                commands
                    .scan(ScanCursor.of(page.getCursor()), all)
                    .thenCompose(next -> removePage(commands, all, next, sum)));
  }

  private static WriteOutcome outcome(long applied) {
    return applied < 0 ? new NotFilled() : new Written(applied);
  }

  private static List<Optional<byte[]>> bytes(List<byte @Nullable []> values) {
    List<Optional<byte[]>> rows = new ArrayList<>(values.size());
    for (byte[] value : values) {
      rows.add(VersionedBytes.bytes(value));
    }
    return rows;
  }

  /** Empty also when one of them is no number: nobody knows then how far it is. */
  private static OptionalLong least(List<byte[]> watermarks) {
    try {
      return watermarks.stream().mapToLong(text -> Long.parseLong(utf8(text))).min();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The answer, or another when something else stands under the key than what we put there. */
  private static <T> CompletionStage<T> orIfOfAnotherType(CompletionStage<T> answer, T instead) {
    return answer.exceptionallyCompose(
        failure -> {
          Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
          return cause instanceof RedisCommandExecutionException
                  && String.valueOf(cause.getMessage()).startsWith("WRONGTYPE")
              ? CompletableFuture.completedStage(instead)
              : CompletableFuture.failedStage(failure);
        });
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String utf8(byte[] text) {
    return new String(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    redis.close();
  }
}
