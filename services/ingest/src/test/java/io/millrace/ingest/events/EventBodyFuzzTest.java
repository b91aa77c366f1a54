package io.millrace.ingest.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Mutation;
import io.millrace.messaging.serde.RecordEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The door of events. */
class EventBodyFuzzTest {
  private static final Path FLIGHTS = Path.of("..", "..", "examples", "flights", "pipeline.yaml");
  private static final String DEPARTURE =
      "{\"flight_id\": 7, \"departure\": \"2001-01-25T08:30:00Z\", \"origin\": \"JFK\","
          + " \"destination\": \"LAX\", \"distance_miles\": 2475}";
  private static final List<String> REAL =
      List.of(
          DEPARTURE,
          "[" + DEPARTURE + ", " + DEPARTURE + "]",
          DEPARTURE + "\n" + DEPARTURE + "\r\n\n" + DEPARTURE,
          DEPARTURE.replace("2475", "2.475e3").replace("\"2001-01-25T08:30:00Z\"", "980411400000"),
          "{\"flight_id\": null, \"departure\": null}");

  @ParameterizedTest
  @EnumSource(EventBody.Form.class)
  void shouldBearAnyBody(EventBody.Form form) throws IOException {
    Pipeline flights =
        ((PipelineFile.Valid) PipelineFile.parse(Files.readString(FLIGHTS), "pipeline.yaml"))
            .pipeline();
    Stream stream = flights.exampleStream();
    var schema = PipelineSchemas.of(flights).stream(stream);
    EventBody body = new EventBody(new EventReader(stream, schema));
    RecordEncoder encoder = RecordEncoder.generic(1, schema);

    Fuzz.of("events as " + form)
        .run(
            random ->
                random.nextInt(10) == 0
                    ? Mutation.noise(random)
                    : Mutation.ofText(random, REAL).getBytes(UTF_8),
            bytes -> {
              if (body.read(form, bytes) instanceof EventBody.Reading.Events read) {
                read.events().forEach(event -> encoder.encode(event.value()));
              }
            });
  }
}
