package io.millrace.contracts.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Evaluate;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Learner.GradientBoosting;
import io.millrace.contracts.pipeline.Metric;
import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Retention;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.pipeline.Threshold;
import io.millrace.contracts.pipeline.Train;
import io.millrace.contracts.pipeline.Transform.Bucketize;
import io.millrace.contracts.pipeline.Transform.OneHot;
import io.millrace.contracts.pipeline.Transform.Vocabulary;
import io.millrace.contracts.topics.DataTopic;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published schema and the records say the same. */
class PublishedSchemaTest {
  private static final JsonNode SCHEMA = load();

  @Test
  void shouldBeADraft202012Schema() {
    assertThat(
            JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(SchemaLocation.of(SCHEMA.get("$schema").asText()))
                .validate(SCHEMA))
        .isEmpty();
  }

  @Test
  void shouldRefuseUnknownKeysInEveryMapping() {
    List<String> open = new ArrayList<>();
    collectOpen(SCHEMA, "", open);

    assertThat(open).isEmpty();
  }

  @Test
  void shouldNameTheMembersOfEachClosedSet() {
    assertThat(texts("field/properties/type")).isEqualTo(names(Scalar.values()));
    assertThat(lower("stream/properties/role")).isEqualTo(names(Stream.Role.values()));
    assertThat(texts("label/properties/kind")).isEqualTo(names(Label.Kind.values()));
    assertThat(lower("label/properties/absent")).isEqualTo(names(Label.Absent.values()));
    assertThat(lower("metric")).isEqualTo(names(Metric.values()));
    assertThat(lower("train/properties/device")).isEqualTo(names(Train.Device.values()));
    assertThat(lower("evaluate/properties/split/properties/by"))
        .isEqualTo(names(Evaluate.Split.By.values()));
    assertThat(texts("threshold/properties/change/properties/direction"))
        .isEqualTo(names(Threshold.Direction.values()));
    assertThat(lower("monitor/properties/retrain/properties/on/items"))
        .isEqualTo(names(Monitor.Signal.values()));
    assertThat(lower("monitor/properties/retrain/properties/warn/items"))
        .isEqualTo(names(Monitor.Signal.values()));
  }

  @Test
  void shouldNameTheDefaultsThatTheRecordsHave() {
    assertThat(number("train/properties/rounds")).isEqualTo(GradientBoosting.DEFAULT.rounds());
    assertThat(number("train/properties/maxDepth")).isEqualTo(GradientBoosting.DEFAULT.maxDepth());
    assertThat(number("train/properties/learningRate"))
        .isEqualTo(GradientBoosting.DEFAULT.learningRate());
    assertThat(number("evaluate/properties/split/properties/eval"))
        .isEqualTo(Evaluate.Split.DEFAULT.eval());
    assertThat(number("train/properties/earlyStopping"))
        .isEqualTo(GradientBoosting.DEFAULT.earlyStopping());
    assertThat(SCHEMA.at("/$defs/transform/properties/topK/description").asText())
        .contains("of vocabulary, %d by default".formatted(Vocabulary.DEFAULT_TOP_K))
        .contains(
            "of one_hot, %d by default and at most %d"
                .formatted(OneHot.DEFAULT_TOP_K, OneHot.MOST_TOP_K));
    assertThat(number("transform/properties/minFrequency"))
        .isEqualTo((double) Vocabulary.DEFAULT_MIN_FREQUENCY);
    assertThat(number("transform/properties/buckets")).isEqualTo(Bucketize.DEFAULT_BUCKETS);
    assertThat(number("transform/properties/oovBuckets")).isEqualTo(Vocabulary.DEFAULT_OOV_BUCKETS);
    assertThat(number("monitor/properties/drift/properties/minExamples"))
        .isEqualTo((double) Monitor.Drift.DEFAULT.minExamples());
    assertThat(number("monitor/properties/drift/properties/default/default/jsd_bits", ""))
        .isEqualTo(Monitor.Drift.DEFAULT.limits().get(Monitor.Distance.JSD_BITS));
    assertThat(number("monitor/properties/decay/properties/windows"))
        .isEqualTo(Monitor.Decay.DEFAULT_WINDOWS);
    assertThat(number("monitor/properties/decay/properties/baseline/properties/median"))
        .isEqualTo(Monitor.Decay.DEFAULT_BASELINE_WINDOWS);
    assertThat(number("monitor/properties/decay/properties/baseline/properties/first"))
        .isEqualTo(Monitor.Decay.DEFAULT_FIRST_WINDOWS);
    assertThat(number("monitor/properties/decay/properties/baseline/properties/first", "/maximum"))
        .isEqualTo(Limit.KEPT_WINDOWS.most());
    assertThat(number("monitor/properties/retrain/properties/firstAfter"))
        .isEqualTo((double) Monitor.Retrain.DEFAULT.firstAfter());
    assertThat(duration("stream/properties/lateness")).isEqualTo(StreamReader.DEFAULT_LATENESS);
    assertThat(number("evaluate/properties/least/properties/rows"))
        .isEqualTo(Evaluate.Least.DEFAULT.rows());
    assertThat(number("evaluate/properties/least/properties/ofEachClass"))
        .isEqualTo(Evaluate.Least.DEFAULT.ofEachClass());
    assertThat(duration("monitor/properties/window")).isEqualTo(Monitor.DEFAULT.window());
    assertThat(duration("monitor/properties/drift/properties/against"))
        .isEqualTo(Monitor.Drift.DEFAULT.against());
    Retention kept = Retention.DEFAULT;
    assertThat(duration("retention/properties/models")).isEqualTo(kept.models());
    assertThat(duration("retention/properties/manifests")).isEqualTo(kept.manifests());
    assertThat(duration("retention/properties/transforms")).isEqualTo(kept.transforms());
    assertThat(duration("retention/properties/quarantine")).isEqualTo(kept.quarantine());
    assertThat(DataTopic.QUARANTINE.retention()).contains(kept.quarantine());
    assertThat(duration("monitor/properties/retrain/properties/cooldown"))
        .isEqualTo(Monitor.Retrain.DEFAULT.cooldown());
  }

  @ParameterizedTest
  @CsvSource({"presnce, presence", "Type, type", "feilds, fields", "lable, label"})
  void shouldSuggestTheNameThatWasMeant(String misspelt, String meant) {
    assertThat(Closest.to(misspelt, List.of("presence", "type", "fields", "label")))
        .contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"'', '', 0", "abc, abc, 0", "abc, acb, 1", "kitten, sitting, 3", "ABC, abc, 0"})
  void shouldCountEdits(String a, String b, int distance) {
    assertThat(Closest.distance(a, b)).isEqualTo(distance);
  }

  private static void collectOpen(JsonNode node, String path, List<String> open) {
    if (node.path("type").asText().equals("object") && !node.has("additionalProperties")) {
      open.add(path);
    }
    node.fields()
        .forEachRemaining(
            entry -> collectOpen(entry.getValue(), path + "/" + entry.getKey(), open));
  }

  private static List<String> texts(String definition) {
    List<String> texts = new ArrayList<>();
    SCHEMA.at("/$defs/" + definition + "/enum").forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static List<String> lower(String definition) {
    return texts(definition).stream().map(text -> text.toUpperCase(Locale.ROOT)).toList();
  }

  private static List<String> names(Enum<?>[] members) {
    return Arrays.stream(members).map(Enum::name).toList();
  }

  private static double number(String definition) {
    return number(definition, "/default");
  }

  private static double number(String definition, String more) {
    JsonNode value = SCHEMA.at("/$defs/" + definition + more);
    assertThat(value.isNumber()).as(definition).isTrue();
    return value.asDouble();
  }

  private static Duration duration(String definition) {
    return Durations.parse(SCHEMA.at("/$defs/" + definition + "/default").asText()).orElseThrow();
  }

  private static JsonNode load() {
    try (InputStream in = PublishedSchemaTest.class.getResourceAsStream(PipelineFile.SCHEMA)) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
