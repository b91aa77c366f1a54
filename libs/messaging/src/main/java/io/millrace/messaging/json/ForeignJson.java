package io.millrace.messaging.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * How to read JSON that somebody else wrote. Jackson remembers up to 12,000 keys for as long as its
 * factory lives, by default of up to 50,000 characters each: strangers' would fill the heap.
 */
public final class ForeignJson {
  private static final int MOST_KEY_CHARACTERS = 1_000;

  private ForeignJson() {}

  /** For a factory that bounds more. */
  public static StreamReadConstraints.Builder constraints() {
    return StreamReadConstraints.builder().maxNameLength(MOST_KEY_CHARACTERS);
  }

  public static JsonMapper.Builder mapper() {
    return JsonMapper.builder(
        JsonFactory.builder().streamReadConstraints(constraints().build()).build());
  }
}
