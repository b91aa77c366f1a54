package io.millrace.monitor.outcomes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/** A prediction that waits for its label, or the other way round. */
sealed interface Pending {
  /** Event time: of the example, or of the label. Microseconds since the epoch. */
  long time();

  /**
   * A prediction.
   *
   * @param id of the prediction
   * @param by the pipeline's version that the model was trained by, 0 when it is not said
   * @param score NaN when it has none
   */
  record OfPrediction(
      String id, String model, int version, int by, double score, long time, long predictedAt)
      implements Pending {}

  /**
   * A label: what it says depends on the prediction that it meets.
   *
   * @param event in the wire format
   */
  record OfLabel(long time, byte[] event) implements Pending {}

  /**
   * A label in an older form.
   *
   * @param value by the version that ran when it came; NaN when it has none
   */
  record OfValue(long time, double value) implements Pending {}

  byte VALUE = 0;

  /** An older form, that says nothing of the pipeline's version. */
  byte SHORT_PREDICTION = 1;

  byte LABEL = 2;
  byte PREDICTION = 3;

  default byte[] toBytes() {
    return switch (this) {
      case OfValue v ->
          ByteBuffer.allocate(17).put(VALUE).putLong(v.time).putDouble(v.value).array();
      case OfLabel l ->
          ByteBuffer.allocate(9 + l.event.length).put(LABEL).putLong(l.time).put(l.event).array();
      case OfPrediction p -> {
        byte[] id = p.id.getBytes(UTF_8);
        byte[] model = p.model.getBytes(UTF_8);
        yield ByteBuffer.allocate(1 + 8 + 4 + 4 + 8 + 8 + 4 + id.length + model.length)
            .put(PREDICTION)
            .putLong(p.time)
            .putInt(p.version)
            .putInt(p.by)
            .putDouble(p.score)
            .putLong(p.predictedAt)
            .putInt(id.length)
            .put(id)
            .put(model)
            .array();
      }
    };
  }

  static Pending fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte kind = in.get();
    long time = in.getLong();
    if (kind == VALUE) {
      return new OfValue(time, in.getDouble());
    }
    if (kind == LABEL) {
      byte[] event = new byte[in.remaining()];
      in.get(event);
      return new OfLabel(time, event);
    }
    int version = in.getInt();
    int by = kind == SHORT_PREDICTION ? 0 : in.getInt();
    double score = in.getDouble();
    long predictedAt = in.getLong();
    String id = text(in, in.getInt());
    return new OfPrediction(id, text(in, in.remaining()), version, by, score, time, predictedAt);
  }

  private static String text(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, UTF_8);
  }
}
