package io.millrace.features.online;

import java.util.Optional;

/**
 * A change of one entity's panes.
 *
 * @param version the record's offset in the features topic; only a higher one is applied
 * @param panes Avro binary of FeaturePanes; empty removes the entity
 */
public record Write(EntityKey key, long version, Optional<byte[]> panes) {
  public Write {
    if (version < 0) {
      throw new IllegalArgumentException("version " + version);
    }
  }
}
