package io.millrace.transformer.stream;

import io.millrace.messaging.watermarks.Mark;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What travels to the task that keeps an entity's panes, keyed by {@code <entity>/<key>}. */
sealed interface EntityMessage {

  /**
   * Asks for the entity's windowed features as of a time, for the example with this id.
   *
   * @param version the pipeline's version whose features are asked for
   */
  record LookUp(int version, long time, String id) implements EntityMessage {}

  /**
   * A label became known about the entity.
   *
   * @param version the pipeline's version that sends it; {@link #ANY_VERSION} in an older form
   * @param series which series each value belongs to, the same in every version of the pipeline
   * @param values NaN where missing
   */
  record Update(int version, long time, long[] series, double[] values) implements EntityMessage {}

  /**
   * Which series the sending task's updates carry from here on, those of all entities, and the time
   * up to which it may have known labels without sending them.
   *
   * @param version the pipeline's version that sends them; 0 in an older form
   * @param since one for each of the series; {@code Long.MIN_VALUE} where nothing was left out
   * @param introduced one for each of the series: the version that asked for it anew; 0 for one
   *     that the task has carried from its beginning
   */
  record Carries(
      int source, int sources, int version, long[] series, long[] since, int[] introduced)
      implements EntityMessage {
    public Carries {
      requireSource(source, sources);
    }

    private OptionalInt indexOf(long id) {
      return IntStream.range(0, series.length).filter(i -> series[i] == id).findFirst();
    }

    /** Empty for a series that its updates don't carry. */
    OptionalInt introducedOf(long id) {
      OptionalInt index = indexOf(id);
      return index.isPresent() ? OptionalInt.of(introduced[index.getAsInt()]) : index;
    }

    /** Empty for a series that its updates don't carry. */
    OptionalLong sinceOf(long id) {
      OptionalInt index = indexOf(id);
      return index.isPresent() ? OptionalLong.of(since[index.getAsInt()]) : OptionalLong.empty();
    }
  }

  /** The sending task has passed a time: every update up to it (inclusive) has come before. */
  record Passed(int source, int sources, long time) implements EntityMessage {
    public Passed {
      requireSource(source, sources);
      if (time > Mark.LATEST) {
        throw new IllegalArgumentException("a time that never comes");
      }
    }
  }

  /**
   * The sending task has nothing to wait for.
   *
   * @param cut how far all streams had been read then, as one number
   */
  record Idle(int source, int sources, long cut) implements EntityMessage {
    public Idle {
      requireSource(source, sources);
    }
  }

  /** More tasks than any broker has partitions for. */
  int MOST_SOURCES = 100_000;

  private static void requireSource(int source, int sources) {
    if (source < 0 || source >= sources || sources > MOST_SOURCES) {
      throw new IllegalArgumentException("no task");
    }
  }

  byte LOOK_UP = 0;

  /** The older form of an update, with numbers of four bytes for series. */
  byte SHORT_UPDATE = 1;

  byte PASSED = 2;
  byte IDLE = 3;

  /** The older form of an update, which says no version. */
  byte UNVERSIONED_UPDATE = 4;

  /** The older form, which says no version. */
  byte UNVERSIONED_CARRIES = 5;

  byte UPDATE = 6;
  byte CARRIES = 7;

  /** Of an update that says none. */
  int ANY_VERSION = Integer.MAX_VALUE;

  /** Whether encoded bytes go to every partition. */
  static boolean isForAll(byte[] bytes) {
    return switch (bytes[0]) {
      case PASSED, IDLE, CARRIES, UNVERSIONED_CARRIES -> true;
      default -> false;
    };
  }

  default byte[] toBytes() {
    return switch (this) {
      case LookUp m -> {
        byte[] id = m.id.getBytes(StandardCharsets.UTF_8);
        yield ByteBuffer.allocate(13 + id.length)
            .put(LOOK_UP)
            .putInt(m.version)
            .putLong(m.time)
            .put(id)
            .array();
      }
      case Update m -> {
        ByteBuffer out = ByteBuffer.allocate(13 + 16 * m.values.length).put(UPDATE);
        out.putInt(m.version).putLong(m.time);
        for (int i = 0; i < m.values.length; i++) {
          out.putLong(m.series[i]).putDouble(m.values[i]);
        }
        yield out.array();
      }
      case Carries m -> {
        ByteBuffer out = ByteBuffer.allocate(13 + 20 * m.series.length).put(CARRIES);
        out.putInt(m.source).putInt(m.sources).putInt(m.version);
        for (int i = 0; i < m.series.length; i++) {
          out.putLong(m.series[i]).putLong(m.since[i]).putInt(m.introduced[i]);
        }
        yield out.array();
      }
      case Passed m ->
          ByteBuffer.allocate(17)
              .put(PASSED)
              .putInt(m.source)
              .putInt(m.sources)
              .putLong(m.time)
              .array();
      case Idle m ->
          ByteBuffer.allocate(17)
              .put(IDLE)
              .putInt(m.source)
              .putInt(m.sources)
              .putLong(m.cut)
              .array();
    };
  }

  /** The inverse of {@link #toBytes}; empty for what is none. */
  static Optional<EntityMessage> read(byte @Nullable [] bytes) {
    try {
      return bytes == null ? Optional.empty() : Optional.of(fromBytes(bytes));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The same of what was taken before.
   *
   * @throws IllegalArgumentException when it is none
   */
  static EntityMessage fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte kind = in.get();
    return switch (kind) {
      case LOOK_UP -> {
        int version = in.getInt();
        long time = in.getLong();
        yield new LookUp(
            version,
            time,
            new String(bytes, in.position(), in.remaining(), StandardCharsets.UTF_8));
      }
      case UPDATE, UNVERSIONED_UPDATE, SHORT_UPDATE -> {
        boolean isShort = kind == SHORT_UPDATE;
        int version = kind == UPDATE ? in.getInt() : ANY_VERSION;
        long time = in.getLong();
        long[] series = new long[in.remaining() / (isShort ? 12 : 16)];
        double[] values = new double[series.length];
        for (int i = 0; i < values.length; i++) {
          series[i] = isShort ? in.getInt() : in.getLong();
          values[i] = in.getDouble();
        }
        yield new Update(version, time, series, values);
      }
      case CARRIES, UNVERSIONED_CARRIES -> {
        boolean isVersioned = kind == CARRIES;
        int source = in.getInt();
        int sources = in.getInt();
        int version = isVersioned ? in.getInt() : 0;
        long[] series = new long[in.remaining() / (isVersioned ? 20 : 16)];
        long[] since = new long[series.length];
        int[] introduced = new int[series.length];
        for (int i = 0; i < series.length; i++) {
          series[i] = in.getLong();
          since[i] = in.getLong();
          introduced[i] = isVersioned ? in.getInt() : 0;
        }
        yield new Carries(source, sources, version, series, since, introduced);
      }
      case PASSED -> new Passed(in.getInt(), in.getInt(), in.getLong());
      case IDLE -> new Idle(in.getInt(), in.getInt(), in.getLong());
      default -> throw new IllegalArgumentException("unknown kind of entity message: " + kind);
    };
  }
}
