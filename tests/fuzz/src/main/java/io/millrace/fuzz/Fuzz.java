package io.millrace.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Throws inputs at what must bear any. A door passes when it returns, however it refuses: no
 * exception but the stated one, which its test catches, no hang, and at most 16 MiB allocated for
 * one input of up to 64 KiB, for a larger one in proportion.
 *
 * <p>20,000 inputs, always the same; where tests of the group {@code full} run, 1,000,000, others
 * each time. The seed is in the failure; {@code -Dmillrace.fuzz.seed} repeats it.
 */
public final class Fuzz {
  /** For a small input. */
  public static final long MOST_BYTES = 16 << 20;

  private static final int SMALL = 64 << 10;

  private static final int FEW = 20_000;
  private static final int MANY = 1_000_000;
  private static final int WARMING = 100;
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int SHOWN = 4_000;

  private final String door;
  private final long seed;
  private final int inputs;

  private Fuzz(String door, long seed, int inputs) {
    this.door = door;
    this.seed = seed;
    this.inputs = inputs;
  }

  /**
   * @param door what is under test, for the failure
   */
  public static Fuzz of(String door) {
    String groups = System.getProperty("millrace.excludedGroups", "full");
    boolean few = Arrays.asList(groups.split(",")).contains("full");
    return new Fuzz(
        door, Long.getLong("millrace.fuzz.seed", few ? 1 : System.nanoTime()), few ? FEW : MANY);
  }

  /** The same with fewer inputs, where one takes long: one for so many of the others. */
  public Fuzz oneIn(int others) {
    return new Fuzz(door, seed, Math.max(1, inputs / others));
  }

  /**
   * Throws all of them.
   *
   * @param made an input by chance; the same chance gives the same input
   * @throws AssertionError at the first that is not borne
   */
  public <T> void run(Function<Random, T> made, Consumer<T> taker) {
    Work<T> work = new Work<>(made, taker);
    Thread thread = Thread.ofPlatform().daemon().name("fuzz-" + door).start(work);
    try {
      while (!thread.join(LOOK)) {
        requireProgress(work, thread);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    AssertionError failure = work.failure.get();
    if (failure != null) {
      throw failure;
    }
    if (!work.isDone) {
      throw new AssertionError(
          "%s: its thread has ended at input %d of seed %d".formatted(door, work.number, seed));
    }
  }

  private <T> void requireProgress(Work<T> work, Thread thread) {
    if (System.nanoTime() - work.begun > LONGEST.toNanos()) {
      AssertionError hang = failed(work.number, work.input, "takes longer than " + LONGEST, null);
      hang.setStackTrace(thread.getStackTrace());
      throw hang;
    }
  }

  private AssertionError failed(
      int number, @Nullable Object input, String what, @Nullable Throwable cause) {
    return new AssertionError(
        "%s: input %d of seed %d %s: %s".formatted(door, number, seed, what, shown(input)), cause);
  }

  /** What a reader of text needs for each character is not what a hostile length makes it take. */
  private static long mostFor(Object input) {
    int size =
        switch (input) {
          case byte[] bytes -> bytes.length;
          case String text -> text.length();
          default -> SMALL;
        };
    return MOST_BYTES / SMALL * Math.max(SMALL, size);
  }

  private static String shown(@Nullable Object input) {
    String text =
        input instanceof byte[] bytes
            ? "base64 " + Base64.getEncoder().encodeToString(bytes)
            : String.valueOf(input);
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  private final class Work<T> implements Runnable {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Function<Random, T> made;
    private final Consumer<T> taker;
    private final AtomicReference<@Nullable AssertionError> failure = new AtomicReference<>();
    private volatile long begun = System.nanoTime();
    private volatile int number;
    private volatile boolean isDone;
    private volatile @Nullable T input;

    Work(Function<Random, T> made, Consumer<T> taker) {
      this.made = made;
      this.taker = taker;
    }

    @Override
    public void run() {
      for (int i = 0; i < Math.min(WARMING, inputs) && failure.get() == null; i++) {
        take(i, false); // loads classes, which is not the input's work
      }
      for (int i = 0; i < inputs && failure.get() == null; i++) {
        take(i, true);
      }
      isDone = true;
    }

    private void take(int index, boolean measured) {
      T next = made.apply(new Random(seed + index));
      number = index;
      input = next;
      begun = System.nanoTime();
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        taker.accept(next);
      } catch (Throwable e) {
        failure.set(failed(index, next, "throws", e));
        return;
      }
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      if (measured && bytes > mostFor(next)) {
        failure.set(failed(index, next, "takes " + bytes + " bytes", null));
      }
    }
  }
}
