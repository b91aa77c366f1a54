package io.millrace.transformer.stream;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The windowed features of one entity as of an example's time, on their way back by the example's
 * id.
 *
 * @param version the pipeline's version that was asked for
 * @param entity index of the entity
 * @param incomplete whether labels that were known by then may be missing
 * @param values Long, Double or missing, one per feature of the entity
 */
record Answer(int version, int entity, boolean incomplete, @Nullable Object[] values) {
  byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(6 + FeatureValues.size(values));
    out.putInt(version).put((byte) entity).put((byte) (incomplete ? 1 : 0));
    FeatureValues.write(out, values);
    return out.array();
  }

  /** The inverse of {@link #toBytes}; empty for what is none. */
  static Optional<Answer> read(byte @Nullable [] bytes) {
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      return Optional.of(new Answer(in.getInt(), in.get(), in.get() == 1, FeatureValues.read(in)));
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }
}
