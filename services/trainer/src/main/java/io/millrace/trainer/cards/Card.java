package io.millrace.trainer.cards;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What goes with a model file. It follows from the file's provenance alone, as the file does.
 *
 * @param output what the file answers: score or value
 * @param numbers of this file
 * @param candidate of the file that passed the gate, when this one was trained anew on all rows
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Card(
    String model,
    String sha256,
    long bytes,
    String output,
    Numbers numbers,
    @Nullable Numbers candidate,
    Provenance provenance) {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * How the training went.
   *
   * @param trainRows how many rows it was trained on
   * @param evalRows how many decided when to stop
   * @param sample the share of the rows that was used, less than 1 when not all fit into memory
   * @param rounds how many trees the file holds
   * @param metric what rounds were compared by
   * @param train its value on the training rows, after the last round that was tried
   * @param eval its value on the evaluation rows; none when it was trained on these too
   * @param parityRows how many rows went through the file and through the library
   * @param parity the greatest difference between the two
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Numbers(
      int trainRows,
      int evalRows,
      double sample,
      int rounds,
      String metric,
      double train,
      @Nullable Double eval,
      int parityRows,
      double parity) {}

  public byte[] toJson() throws IOException {
    return (JSON.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The inverse of {@link #toJson}; what a newer Millrace has added is passed over. */
  public static Card parse(byte[] json) throws IOException {
    return JSON.readValue(json, Card.class);
  }
}
