package io.millrace.contracts.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.contracts.docs.Page;
import io.millrace.contracts.file.PipelineFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class LimitTest {
  @Test
  void shouldEachStandInTheReference() {
    StringBuilder table = new StringBuilder("| at most | of | code | where |\n|---|---|---|---|\n");
    for (Limit limit : Limit.values()) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %,d | %s | %s | %s |\n",
              limit.most(),
              limit.what(),
              limit.code().map(code -> "`" + code + "`").orElse(""),
              limit.door()));
    }

    Page.of("limits.md").shouldHold("limits", table.toString());
  }

  /** Editors that are pointed at the schema say the same. */
  @Test
  void shouldBeThoseOfThePublishedSchema() throws IOException {
    JsonNode schema;
    try (InputStream in = PipelineFile.class.getResourceAsStream(PipelineFile.SCHEMA)) {
      schema = new ObjectMapper().readTree(in).get("$defs");
    }

    int behindTheFirst = Limit.NAME_CHARACTERS.most() - 1;
    assertThat(schema.at("/name/pattern").asText()).endsWith("{0,%d}$".formatted(behindTheFirst));
    assertThat(schema.at("/fieldName/pattern").asText())
        .endsWith("{0,%d}$".formatted(behindTheFirst));
    assertThat(schema.at("/stream/properties/topic/pattern").asText())
        .endsWith("{1,%d}$".formatted(Limit.TOPIC_CHARACTERS.most()));
    assertThat(schema.at("/cel/maxLength").asInt()).isEqualTo(Limit.EXPRESSION_CHARACTERS.most());
  }

  /** UTF-8 takes at most three bytes a UTF-16 code unit, Avro at most ten a number. */
  @Test
  void shouldKeepEveryRecordBelowWhatATopicTakes() {
    long event = Limit.EVENT_BYTES.most();
    long id = 3L * Limit.KEY_FIELD_CHARACTERS.most();
    long headers = Limit.HEADER_BYTES.most();
    long reasons = (Limit.REASONS.most() + 1L) * 1_024;
    long columns = Limit.FIELDS.most() + Limit.DERIVED.most() + Limit.WINDOWED.most();
    long names = columns * Limit.NAME_CHARACTERS.most();
    long derived = Limit.DERIVED.most() * 3L * Limit.EXPRESSION_TEXT.most();
    long overhead = 64 * 1024;

    long quarantined = 2 * event + Limit.KEY_BYTES.most() + headers + reasons + 2 * id;
    long row = event + derived + 10 * columns + 2 * id + headers;
    long prediction = row + 2 * names + 20 * columns;
    long panes = Limit.ENTITY_PANES.most() * 46L + 2 * id;

    assertThat(quarantined + overhead).isLessThan(Limit.RECORD_BYTES.most());
    assertThat(row + overhead).isLessThan(Limit.RECORD_BYTES.most());
    assertThat(prediction + overhead).isLessThan(Limit.RECORD_BYTES.most());
    assertThat(panes + overhead).isLessThan(Limit.RECORD_BYTES.most());
  }
}
