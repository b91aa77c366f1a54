package io.millrace.transformer.stream;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one id until its row is complete.
 *
 * @param version the pipeline's version by which the example becomes a vector, and its row is made
 * @param exampleTime micros; meaningful from {@link Phase#GATHERING} on
 * @param body by phase: nothing, the example, or the vector, in the wire format
 * @param label what the row has beyond its vector, or the label event itself while there is no
 *     vector
 * @param answers by entity; missing until it has come
 * @param kept the version whose features are asked for beside, for the live model; 0 for none
 * @param keptIncomplete whether labels may be missing from these
 */
record Pending(
    int version,
    Phase phase,
    boolean incomplete,
    long exampleTime,
    byte[] body,
    LabelState labelState,
    long labelTime,
    byte[] label,
    @Nullable Object[] @Nullable [] answers,
    int kept,
    boolean keptIncomplete) {

  private static final byte[] NOTHING = {};
  private static final int INCOMPLETE = 1;
  private static final int KEPT_INCOMPLETE = 2;
  private static final int KEPT = 4;

  /** How far the example has come. */
  enum Phase {
    NO_EXAMPLE,
    GATHERING,
    VECTOR_SENT
  }

  /** How far the label has come. */
  enum LabelState {
    NONE,
    WAITING_FOR_VECTOR,
    IN_TIME,
    WITHOUT_ROW
  }

  static Pending ofLabel(long time, byte[] event) {
    return new Pending(
        0,
        Phase.NO_EXAMPLE,
        false,
        0,
        NOTHING,
        LabelState.WAITING_FOR_VECTOR,
        time,
        event,
        new @Nullable Object[0] @Nullable [],
        0,
        false);
  }

  static Pending ofExample(
      int version, long time, byte[] body, @Nullable Object[] @Nullable [] answers, int kept) {
    return new Pending(
        version,
        Phase.GATHERING,
        false,
        time,
        body,
        LabelState.NONE,
        0,
        NOTHING,
        answers,
        kept,
        false);
  }

  Pending withLabel(LabelState state, long time, byte[] suffix) {
    return new Pending(
        version,
        phase,
        incomplete,
        exampleTime,
        body,
        state,
        time,
        suffix,
        answers,
        kept,
        keptIncomplete);
  }

  Pending withAnswer(Answer answer) {
    @Nullable Object[] @Nullable [] all = answers.clone();
    all[answer.entity()] = answer.values();
    return new Pending(
        version,
        phase,
        incomplete || answer.incomplete(),
        exampleTime,
        body,
        labelState,
        labelTime,
        label,
        all,
        kept,
        keptIncomplete || answer.keptIncomplete());
  }

  Pending withVector(byte[] vector) {
    return new Pending(
        version,
        Phase.VECTOR_SENT,
        incomplete,
        exampleTime,
        vector,
        labelState,
        labelTime,
        label,
        new @Nullable Object[0] @Nullable [],
        0,
        false);
  }

  boolean isAnswered() {
    for (Object[] values : answers) {
      if (values == null) {
        return false;
      }
    }
    return true;
  }

  byte[] toBytes() {
    int size = 4 + 1 + 1 + 8 + (kept == 0 ? 0 : 4) + 4 + body.length + 1 + 8 + 4 + label.length + 1;
    for (Object[] values : answers) {
      size += 1 + (values == null ? 0 : FeatureValues.size(values));
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.putInt(version).put((byte) phase.ordinal()).put((byte) flags()).putLong(exampleTime);
    if (kept != 0) {
      out.putInt(kept);
    }
    out.putInt(body.length).put(body);
    out.put((byte) labelState.ordinal()).putLong(labelTime).putInt(label.length).put(label);
    out.put((byte) answers.length);
    for (Object[] values : answers) {
      out.put((byte) (values == null ? 0 : 1));
      if (values != null) {
        FeatureValues.write(out, values);
      }
    }
    return out.array();
  }

  private int flags() {
    return (incomplete ? INCOMPLETE : 0)
        | (keptIncomplete ? KEPT_INCOMPLETE : 0)
        | (kept == 0 ? 0 : KEPT);
  }

  static Pending fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int version = in.getInt();
    Phase phase = PHASES[in.get()];
    int flags = in.get();
    long exampleTime = in.getLong();
    int kept = (flags & KEPT) == 0 ? 0 : in.getInt();
    byte[] body = read(in);
    LabelState labelState = LABEL_STATES[in.get()];
    long labelTime = in.getLong();
    byte[] label = read(in);
    @Nullable Object[] @Nullable [] answers = new @Nullable Object[in.get()] @Nullable [];
    for (int i = 0; i < answers.length; i++) {
      if (in.get() == 1) {
        answers[i] = FeatureValues.read(in);
      }
    }
    return new Pending(
        version,
        phase,
        (flags & INCOMPLETE) != 0,
        exampleTime,
        body,
        labelState,
        labelTime,
        label,
        answers,
        kept,
        (flags & KEPT_INCOMPLETE) != 0);
  }

  private static final Phase[] PHASES = Phase.values();
  private static final LabelState[] LABEL_STATES = LabelState.values();

  private static byte[] read(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
