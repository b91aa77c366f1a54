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
 * @param entity index of the entity, or {@link #NO_ENTITY}
 * @param incomplete whether labels that were known by then may be missing
 * @param values Long, Double or missing, one per feature of the entity, those that are kept for the
 *     live model last
 * @param kept the version that these are of; 0 for none
 * @param keptIncomplete whether labels may be missing from what that version has of the entity
 */
record Answer(
    int version,
    int entity,
    boolean incomplete,
    @Nullable Object[] values,
    int kept,
    boolean keptIncomplete) {
  /** In place of an entity that whoever was asked knows nothing of. */
  static final int NO_ENTITY = -1;

  private static final int INCOMPLETE = 1;
  private static final int KEPT_INCOMPLETE = 2;

  byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(6 + FeatureValues.size(values) + Integer.BYTES);
    int flags = (incomplete ? INCOMPLETE : 0) | (keptIncomplete ? KEPT_INCOMPLETE : 0);
    out.putInt(version).put((byte) entity).put((byte) flags);
    FeatureValues.write(out, values);
    return out.putInt(kept).array();
  }

  /** The inverse of {@link #toBytes}; empty for what is none. */
  static Optional<Answer> read(byte @Nullable [] bytes) {
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      int version = in.getInt();
      int entity = in.get();
      int flags = in.get();
      @Nullable Object[] values = FeatureValues.read(in);
      int kept = in.hasRemaining() ? in.getInt() : 0; // an older form says nothing
      return Optional.of(
          new Answer(
              version,
              entity,
              (flags & INCOMPLETE) != 0,
              values,
              kept,
              (flags & KEPT_INCOMPLETE) != 0));
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }
}
