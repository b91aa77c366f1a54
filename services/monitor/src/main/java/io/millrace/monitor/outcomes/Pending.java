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
   * @param score NaN when it has none
   */
  record OfPrediction(
      String id, String model, int version, double score, long time, long predictedAt)
      implements Pending {}

  /**
   * A label.
   *
   * @param value NaN when it has none
   */
  record OfLabel(long time, double value) implements Pending {}

  byte LABEL = 0;
  byte PREDICTION = 1;

  default byte[] toBytes() {
    return switch (this) {
      case OfLabel l ->
          ByteBuffer.allocate(17).put(LABEL).putLong(l.time).putDouble(l.value).array();
      case OfPrediction p -> {
        byte[] id = p.id.getBytes(UTF_8);
        byte[] model = p.model.getBytes(UTF_8);
        yield ByteBuffer.allocate(1 + 8 + 4 + 8 + 8 + 4 + id.length + model.length)
            .put(PREDICTION)
            .putLong(p.time)
            .putInt(p.version)
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
    if (in.get() == LABEL) {
      return new OfLabel(in.getLong(), in.getDouble());
    }
    long time = in.getLong();
    int version = in.getInt();
    double score = in.getDouble();
    long predictedAt = in.getLong();
    String id = text(in, in.getInt());
    return new OfPrediction(id, text(in, in.remaining()), version, score, time, predictedAt);
  }

  private static String text(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, UTF_8);
  }
}
