package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.local.LocalSystem;
import io.millrace.local.Millrace;
import io.millrace.local.Options;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Service;
import io.millrace.local.reconcile.Reconciler;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.local.reconcile.TopicDump;
import io.millrace.local.replay.DirectedReplay;
import io.millrace.local.running.AppliedPipeline;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.terminal.Progress;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.testkit.oracle.BruteForce;
import io.millrace.testkit.oracle.FeatureComparison;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** The whole system as processes, with the oracle that judges it. */
final class RunningMillrace implements AutoCloseable {
  static final Path FLIGHTS = Installation.find().root().resolve("examples/flights");
  static final Path FLIGHTS_DATA = FLIGHTS.resolve("data");
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long MOST_LAG = 10_000;

  /** In a life of some minutes, compiling takes more of the processors than it gives back. */
  private static final String NO_C2 = "-XX:TieredStopAtLevel=1";

  final LocalSystem system;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * @param portBase another one for each class, as two run side by side; all ports stay below
   *     32768, from where on Linux gives them to outgoing connections
   */
  RunningMillrace(Path home, int portBase, Options options) {
    this(LocalSystem.start(home, portBase, options));
  }

  RunningMillrace(LocalSystem system) {
    this.system = system;
  }

  /** Runs a command of the entry script and requires that it succeeds. */
  void run(String... command) {
    assertThat(exitCode(command)).as(String.join(" ", command)).isZero();
  }

  /** Runs a command of the entry script. */
  int exitCode(String... command) {
    List<String> args = new ArrayList<>(List.of(command));
    args.add("--home");
    args.add(system.home().folder().toString());
    return Millrace.run(args.toArray(String[]::new));
  }

  /** Everything, for tests of a week or less. */
  static Options everything() {
    return Options.everything().withJvm(NO_C2);
  }

  /** The services that make features, for tests of a week or less that ask for no model. */
  static Options featuresOnly() {
    return Options.infrastructureOnly()
        .withJvm(NO_C2)
        .withInstances(Service.INGEST, 1)
        .withInstances(Service.VALIDATOR, 1)
        .withInstances(Service.TRANSFORMER, 1);
  }

  /** Replays the flights before a time, and waits until the last row is in a part. */
  void replayFlights(String until) throws Exception {
    run("replay", FLIGHTS.toString(), "--to", until);
    awaitParts("flights");
  }

  /**
   * Sends a folder's events of a time range, the last one exclusive, to a pipeline that is applied.
   */
  CompletableFuture<DirectedReplay.End> send(
      String pipeline,
      Path folder,
      Optional<Instant> from,
      Optional<Instant> to,
      Unhurried director) {
    RunningSystem running = RunningSystem.require(system.home());
    DirectedReplay replay =
        new DirectedReplay(running, AppliedPipeline.require(running, pipeline), folder, from, to);
    return CompletableFuture.supplyAsync(
        () ->
            replay.send(
                director,
                MOST_LAG,
                total -> Progress.on(new PrintWriter(System.out, true), "Replaying", total)),
        task -> Thread.ofPlatform().daemon().name("replay").start(task));
  }

  /** A folder with the flights' pipeline under another name, and data. */
  static Path flightsAs(String name, Path folder, Path data) throws IOException {
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        Files.readString(FLIGHTS.resolve("pipeline.yaml"))
            .replace("{name: flights}", "{name: %s}".formatted(name)));
    Files.createSymbolicLink(folder.resolve("data"), data);
    return folder;
  }

  static Pipeline flights() throws IOException {
    return pipeline(Files.readString(FLIGHTS.resolve("pipeline.yaml")));
  }

  static Pipeline pipeline(String yaml) {
    return ((PipelineFile.Valid) PipelineFile.parse(yaml, "pipeline.yaml")).pipeline();
  }

  SchemaCache schemas() {
    return RunningSystem.require(system.home()).schemas();
  }

  ArtifactStore artifacts() {
    return RunningSystem.require(system.home()).artifacts();
  }

  Reconciliation reconcile(Pipeline pipeline) {
    return new Reconciler(system.kafka(), pipeline, schemas(), artifacts()).reconcile();
  }

  /**
   * The vectors as of whose time the online store must still answer: panes are kept for the labels'
   * lateness behind the watermark, and the last event stood at most at {@code end}.
   */
  List<GenericRecord> vectorsInReach(Pipeline pipeline, Instant end) {
    String time = pipeline.exampleStream().time();
    long from = micros(end.minus(pipeline.labelStream().lateness()));
    List<GenericRecord> reached = new ArrayList<>();
    forEachVector(
        pipeline,
        vector -> {
          if ((Long) vector.get(time) >= from) {
            reached.add(vector);
          }
        });
    return reached;
  }

  void forEachVector(Pipeline pipeline, Consumer<GenericRecord> consumer) {
    RecordDecoder<GenericRecord> decoder =
        RecordDecoder.generic(schemas(), PipelineSchemas.of(pipeline).vector());
    TopicDump.read(
        system.kafka(),
        DataTopic.VECTORS.of(pipeline.name()),
        record -> {
          switch (decoder.decode(record.value())) {
            case Decoded.Value<GenericRecord> value -> consumer.accept(value.value());
            case Decoded.Failed<GenericRecord> failed -> throw new AssertionError(failed.message());
          }
        });
  }

  /** Compares the windows of every vector before a time with SQL over the files. */
  FeatureComparison compareWithFiles(String until) throws IOException {
    return compareWithFiles(Instant.parse(until));
  }

  FeatureComparison compareWithFiles(Instant until) throws IOException {
    Pipeline flights = flights();
    long end = micros(until);
    String time = until.toString().replace("Z", "");
    try (BruteForce force =
        new BruteForce(
            flights,
            "(select * from read_parquet('%s') where departure < '%s')"
                .formatted(FLIGHTS.resolve("data/departures.parquet"), time),
            "(select * from read_parquet('%s') where arrival < '%s' and delay_minutes between -120 and 3000)"
                .formatted(FLIGHTS.resolve("data/arrivals.parquet"), time),
            "case when delay_minutes > 15 then 1 else 0 end")) {
      force.compute(micros(Instant.parse("2001-01-01T00:00:00Z")), end);
      assertThat(force.disagreementsWithRangeJoin(500)).isZero();
      forEachVector(
          flights,
          vector -> {
            if ((Long) vector.get("departure") < end) {
              force.addVector(vector);
            }
          });
      return force.compare();
    }
  }

  /** The counts of a service, summed over its instances that run. */
  JsonNode counts(String service, String pipeline) throws Exception {
    return get(system.url(service).resolve("/v1/pipelines/" + pipeline)).path("counts");
  }

  JsonNode get(URI uri) throws Exception {
    return JSON.readTree(
        http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
            .body());
  }

  HttpResponse<String> send(String method, URI uri, String type, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** So that it takes nothing from the next one. */
  void delete(String pipeline) throws Exception {
    URI self = system.url("ingest").resolve("/v1/pipelines/" + pipeline);
    assertThat(send("DELETE", self, "text/plain", "").statusCode()).isEqualTo(200);
  }

  /** Waits until the part writer has no lag. */
  void awaitParts(String pipeline) throws Exception {
    String group = "millrace-transformer-" + pipeline + "-parts";
    String topic = DataTopic.ROWS.of(pipeline);
    try (Admin admin = system.kafka().admin()) {
      await(
          "all rows are in parts",
          () -> {
            Set<TopicPartition> partitions =
                Set.of(0, 1, 2, 3).stream()
                    .map(p -> new TopicPartition(topic, p))
                    .collect(Collectors.toSet());
            var ends =
                admin
                    .listOffsets(
                        partitions.stream()
                            .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())),
                        new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all()
                    .get();
            var committed =
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
            return partitions.stream()
                .allMatch(
                    p ->
                        ends.get(p).offset() == 0
                            || (committed.get(p) != null
                                && committed.get(p).offset() >= ends.get(p).offset()));
          });
    }
  }

  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(String what, Condition condition) throws Exception {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (!condition.holds()) {
      assertThat(Instant.now()).as(what).isBefore(giveUp);
      Thread.sleep(200);
    }
  }

  static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000;
  }

  @Override
  public void close() {
    system.close();
  }
}
