package io.millrace.contracts.random;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** Whatever is accepted has schemas and topics. */
class RandomFileTest {
  /** What Kafka Streams adds to an application's name for the longest of our internal topics. */
  private static final String LONGEST_SUFFIX = "-event-watermarks-changelog";

  @Property(tries = 500)
  void shouldHaveSchemasThatReadBack(@ForAll long seed) {
    Pipeline pipeline = RandomFile.accepted(seed).orElse(null);
    Assume.that(pipeline != null);

    PipelineSchemas.of(pipeline)
        .artifacts()
        .forEach(
            (artifact, schema) -> {
              assertThat(artifact.length()).isLessThanOrEqualTo(Limit.TOPIC_CHARACTERS.most());
              assertThat(new Schema.Parser().parse(schema.toString())).isEqualTo(schema);
            });
    assertThat("millrace-transformer-" + pipeline.name() + LONGEST_SUFFIX)
        .hasSizeLessThanOrEqualTo(Limit.TOPIC_CHARACTERS.most());
  }

  /** A generator that made nothing but refused files would prove nothing. */
  @Test
  void shouldMostlyBeAccepted() {
    List<String> problems = new ArrayList<>();
    long accepted =
        Stream.iterate(0L, seed -> seed + 1)
            .limit(300)
            .filter(
                seed -> {
                  PipelineFile.Parsed parsed =
                      PipelineFile.accept(RandomFile.yaml(seed), "random.yaml");
                  if (parsed instanceof PipelineFile.Invalid invalid) {
                    problems.add(invalid.problems().toString());
                  }
                  return parsed instanceof PipelineFile.Valid;
                })
            .count();

    assertThat(accepted).as("%s", problems).isBetween(200L, 299L);
    assertThat(problems).anySatisfy(problem -> assertThat(problem).contains("only by case"));
  }
}
