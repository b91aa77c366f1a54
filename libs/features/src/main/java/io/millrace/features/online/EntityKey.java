package io.millrace.features.online;

/**
 * Names one entity of a pipeline.
 *
 * @param entity the example's field, such as {@code origin}
 * @param key its value as text, such as {@code JFK}
 */
public record EntityKey(String entity, String key) {

  /** The form {@code entity/key} of the features topic; field names have no slash. */
  public static EntityKey parse(String text) {
    int slash = text.indexOf('/');
    if (slash <= 0) {
      throw new IllegalArgumentException("not entity/key: " + text);
    }
    return new EntityKey(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public String toString() {
    return entity + "/" + key;
  }
}
