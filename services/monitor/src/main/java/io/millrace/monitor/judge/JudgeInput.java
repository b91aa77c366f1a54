package io.millrace.monitor.judge;

import io.millrace.contracts.topics.ControlTopic;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What comes to the judge. */
public sealed interface JudgeInput {
  /** The control topics that it goes by, in an order that is never changed. */
  List<ControlTopic<?>> FACTS =
      List.of(ControlTopic.RUNS, ControlTopic.MODELS, ControlTopic.DATASETS);

  /** Where the runs are among them. */
  int RUNS = FACTS.indexOf(ControlTopic.RUNS);

  /** Where the parts are among them. */
  int PARTS = FACTS.indexOf(ControlTopic.DATASETS);

  /** Where in the repartition topic a fact has its index. */
  int COUNTED = -1;

  /** Where in the repartition topic there is no fact, but the end of all before it. */
  int PURGED = -2;

  /** A {@link io.millrace.monitor.windows.JudgeMessage}. */
  record Counted(byte[] message) implements JudgeInput {
    public byte[] toBytes() {
      return bytes(COUNTED, message);
    }
  }

  /**
   * A record of the control plane.
   *
   * @param topic index in {@link #FACTS}
   * @param value empty where a fact is taken back
   */
  record Fact(int topic, byte[] value) implements JudgeInput {
    /**
     * @param value as it stands in the topic
     */
    public static Fact of(int topic, byte @Nullable [] value) {
      return new Fact(topic, value == null ? new byte[0] : value);
    }

    boolean isDeletion() {
      return value.length == 0;
    }

    public byte[] toBytes() {
      return bytes(topic, value);
    }

    /** The inverse of {@link #toBytes}, and of what is none a fact of no topic. */
    public static Fact fromBytes(byte @Nullable [] bytes) {
      return bytes == null || bytes.length == 0
          ? new Fact(-1, new byte[0])
          : new Fact(bytes[0], Arrays.copyOfRange(bytes, 1, bytes.length));
    }
  }

  /**
   * All that a topic of the control plane has said of the pipeline so far counts no more.
   *
   * @param topic index in {@link #FACTS}
   */
  record Purged(int topic) implements JudgeInput {
    public byte[] toBytes() {
      return bytes(PURGED, new byte[] {(byte) topic});
    }
  }

  /** The inverse of each one's {@code toBytes}. */
  static JudgeInput fromBytes(byte @Nullable [] bytes) {
    if (bytes != null && bytes.length == 2 && bytes[0] == PURGED) {
      return new Purged(bytes[1]);
    }
    return bytes != null && bytes.length > 0 && bytes[0] == COUNTED
        ? new Counted(Arrays.copyOfRange(bytes, 1, bytes.length))
        : Fact.fromBytes(bytes);
  }

  private static byte[] bytes(int kind, byte[] content) {
    return ByteBuffer.allocate(1 + content.length).put((byte) kind).put(content).array();
  }
}
