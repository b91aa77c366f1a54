package io.millrace.features.online;

import org.jspecify.annotations.Nullable;

/**
 * A change of one entity's panes.
 *
 * @param version the record's offset in the features topic; only a higher one is applied
 * @param panes Avro binary of FeaturePanes; null removes the entity
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Write(EntityKey key, long version, byte @Nullable [] panes) {
  public Write {
    if (version < 0) {
      throw new IllegalArgumentException("version " + version);
    }
  }
}
