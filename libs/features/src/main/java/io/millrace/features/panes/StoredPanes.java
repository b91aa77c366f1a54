package io.millrace.features.panes;

/**
 * An entity's panes as they are stored.
 *
 * @param key the entity's value, as text
 * @param watermark all labels up to this time were in
 */
public record StoredPanes(String key, long watermark, Panes panes) {

  /**
   * The inverse of {@link Panes#encode}.
   *
   * @throws IllegalArgumentException when the bytes are something else
   */
  public static StoredPanes decode(EntityFeatures features, byte[] bytes, int offset, int length) {
    return PanesCodec.decode(features, bytes, offset, length);
  }

  /** Whether the bytes are some entity's panes, whatever its features are. */
  public static boolean isWhole(byte[] bytes) {
    return PanesCodec.isWhole(bytes);
  }

  /** The watermark alone, whatever the features of the panes are. */
  public static long watermark(byte[] bytes, int offset, int length) {
    return PanesCodec.watermark(bytes, offset, length);
  }
}
