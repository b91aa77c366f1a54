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
    @Nullable Object[] @Nullable [] answers) {

  private static final byte[] NOTHING = {};

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
        new @Nullable Object[0] @Nullable []);
  }

  static Pending ofExample(
      int version, long time, byte[] body, @Nullable Object[] @Nullable [] answers) {
    return new Pending(
        version, Phase.GATHERING, false, time, body, LabelState.NONE, 0, NOTHING, answers);
  }

  Pending withLabel(LabelState state, long time, byte[] suffix) {
    return new Pending(version, phase, incomplete, exampleTime, body, state, time, suffix, answers);
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
        all);
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
        new @Nullable Object[0] @Nullable []);
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
    int size = 4 + 1 + 1 + 8 + 4 + body.length + 1 + 8 + 4 + label.length + 1;
    for (Object[] values : answers) {
      size += 1 + (values == null ? 0 : FeatureValues.size(values));
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.putInt(version)
        .put((byte) phase.ordinal())
        .put((byte) (incomplete ? 1 : 0))
        .putLong(exampleTime);
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

  static Pending fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int version = in.getInt();
    Phase phase = PHASES[in.get()];
    boolean incomplete = in.get() == 1;
    long exampleTime = in.getLong();
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
        version, phase, incomplete, exampleTime, body, labelState, labelTime, label, answers);
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
