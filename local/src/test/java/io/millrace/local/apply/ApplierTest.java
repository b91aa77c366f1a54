package io.millrace.local.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.machine.Installation;
import io.millrace.local.running.PipelineApi;
import io.millrace.local.terminal.CommandFailedException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplierTest {
  private static final Path FLIGHTS = Installation.find().root().resolve("examples/flights");

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @Test
  void shouldReadThePipelineFileOfAFolder() {
    PipelineSource source = PipelineSource.read(FLIGHTS);

    assertThat(source.pipeline().name()).isEqualTo("flights");
    assertThat(source.file()).isEqualTo(FLIGHTS.resolve("pipeline.yaml"));
  }

  @Test
  void shouldNameLineAndFixWhenAKeyIsMisspelt() throws Exception {
    String flights = Files.readString(FLIGHTS.resolve("pipeline.yaml"));
    Path file = folder.resolve("pipeline.yaml");
    Files.writeString(file, flights.replaceFirst("minFraction", "minFractoin"));

    assertThatThrownBy(() -> PipelineSource.read(file))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageStartingWith(file + " is refused:")
        .hasMessageContaining("line 13: ")
        .hasMessageContaining("minFraction");
  }

  @Test
  void shouldSayWhenThereIsNoFile() {
    assertThatThrownBy(() -> PipelineSource.read(folder))
        .isInstanceOf(CommandFailedException.class)
        .hasMessage("there is no file " + folder.resolve("pipeline.yaml"));
  }

  @Test
  void shouldListConflictsWithTheirFixWhenAFileIsIncompatible() throws Exception {
    PipelineApi.Answer answer =
        new PipelineApi.Answer(
            409,
            new ObjectMapper()
                .readTree(
                    """
                    {"code": "PIPELINE_INCOMPATIBLE", "detail": "…", "conflicts": [
                      {"artifact": "millrace.flights.departures-value", "field": "origin",
                       "reason": "its type changed", "fix": "use another name"}]}
                    """));

    String text = Applier.refusal(PipelineSource.read(FLIGHTS), answer);

    assertThat(text.lines().skip(1))
        .containsExactly(
            "  millrace.flights.departures-value: field origin: its type changed",
            "    fix: use another name");
    assertThat(text).contains("(PIPELINE_INCOMPATIBLE)");
  }

  @Test
  void shouldShowTheDetailWhenAProblemListsNothing() throws Exception {
    PipelineApi.Answer answer =
        new PipelineApi.Answer(
            503,
            new ObjectMapper()
                .readTree("{\"code\":\"KAFKA_UNAVAILABLE\",\"detail\":\"no broker\"}"));

    assertThat(Applier.refusal(PipelineSource.read(FLIGHTS), answer))
        .endsWith("(KAFKA_UNAVAILABLE): no broker");
  }

  @Test
  void shouldSendAgainWhatANeighbourThatStartsHasNotTaken() {
    Deque<Integer> statuses = new ArrayDeque<>(List.of(503, 503, 201));
    StringWriter said = new StringWriter();

    PipelineApi.Answer answer =
        Applier.taken(
            () -> new PipelineApi.Answer(statuses.remove(), away()),
            Duration.ofMinutes(1),
            new PrintWriter(said));

    assertThat(answer.status()).isEqualTo(201);
    assertThat(said.toString().lines())
        .containsExactly("REGISTRY_UNAVAILABLE: no answer; sent again for 60 s at most");
  }

  @Test
  void shouldGiveUpWhenItsPatienceIsOver() {
    PipelineApi.Answer answer =
        Applier.taken(
            () -> new PipelineApi.Answer(503, away()),
            Duration.ZERO,
            new PrintWriter(new StringWriter()));

    assertThat(answer.status()).isEqualTo(503);
  }

  private static JsonNode away() {
    return new ObjectMapper()
        .createObjectNode()
        .put("code", "REGISTRY_UNAVAILABLE")
        .put("detail", "no answer");
  }
}
