package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.local.Millrace;
import io.millrace.local.machine.Service;
import io.millrace.local.reconcile.Reconciler;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.messaging.serde.WireFormat;
import io.millrace.messaging.topics.TopicReader;
import io.millrace.system.HostileRecords.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand records that nobody planned stand in every topic that somebody else could write to,
 * among a hundred thousand good ones, while every service is killed: all good ones come through,
 * nothing is restarted for a record's sake, and a run, a roll-back, an apply and a restart of
 * everything work.
 */
@Order(2)
class HostileST {
  private static final long SEED = 21;
  private static final String NAME = "besieged";
  private static final int HOSTILE = 10_000;
  private static final int ROUNDS = 50;
  private static final int LEAST_KINDS = 40;

  /** While services are killed; all others come as fast as they can be taken. */
  private static final Duration A_DAY = Duration.ofMinutes(5);

  /** Before the siege, so that each topic has a real record to damage. */
  private static final String PEACE_ENDS = "2001-01-01T05:00:00Z";

  /** Stands in a log between two processes. */
  private static final String NEW_LIFE = "--- a new process ---\n";

  @TempDir Path home;
  @TempDir Path folder;

  @Test
  void shouldBringAllGoodRecordsThroughAndGoOnWhateverStandsInItsTopics() throws Exception {
    Random random = new Random(SEED);
    Orders.in(folder, NAME);
    Path file = folder.resolve("pipeline.yaml");
    Pipeline pipeline = RunningMillrace.pipeline(Files.readString(file));
    int last;
    try (RunningMillrace millrace =
        new RunningMillrace(home, 9_000, RunningMillrace.everything())) {
      millrace.run("replay", folder.toString(), "--to", PEACE_ENDS);
      millrace.awaitParts(NAME);
      RunningMillrace.await("a first champion", () -> champion(millrace) == 1);

      CompletableFuture<Void> killed = new CompletableFuture<>();
      CompletableFuture<?> replay =
          millrace.send(
              NAME,
              folder,
              Optional.of(Instant.parse(PEACE_ENDS)),
              Optional.empty(),
              new Unhurried(killed, A_DAY, false));
      CompletableFuture<Void> relieved = new CompletableFuture<>();
      CompletableFuture<Void> siege =
          CompletableFuture.runAsync(
              () -> besiege(millrace, random, relieved),
              task -> Thread.ofPlatform().daemon().name("siege").start(task));
      long before = vectors(millrace);
      RunningMillrace.await("events flow again", () -> vectors(millrace) > before);
      List<String> services =
          new ArrayList<>(Arrays.stream(Service.values()).map(Service::serviceName).toList());
      Collections.shuffle(services, new Random(SEED));
      for (String service : services) {
        assertThat(replay).as("good events come").isNotDone();
        assertThat(siege).as("hostile ones come").isNotDone();
        System.out.println("kill -9 " + service);
        millrace.system.kill9(service);
        Files.writeString(log(millrace, service), NEW_LIFE, StandardOpenOption.APPEND);
        millrace.system.restart(service);
      }
      killed.complete(null);
      last = goesOn(millrace, file, 2);
      assertThat(siege).as("hostile ones come").isNotDone();
      relieved.complete(null);
      siege.join();
      replay.join();
      reconcile(millrace, pipeline);
      assertQuiet(millrace);
    }
    try (RunningMillrace millrace =
        new RunningMillrace(home, 9_000, RunningMillrace.everything())) {
      assertThat(goesOn(millrace, file, last + 1)).isEqualTo(last + 1);
      reconcile(millrace, pipeline);
      assertQuiet(millrace);
    }
  }

  /**
   * Another version of the file, a run, a roll-back, and the same run again.
   *
   * @param version that the run makes
   * @return the version that is live then: another one where rows have come in the meantime
   */
  private static int goesOn(RunningMillrace millrace, Path file, int version) throws Exception {
    assertThat(Millrace.run("status", "--home", millrace.system.home().folder().toString()))
        .isZero();
    Files.writeString(
        file, Files.readString(file).replaceFirst("rounds: \\d+", "rounds: " + (60 + version)));
    millrace.run("apply", file.toString());
    millrace.run("run", NAME);
    awaitLive(millrace, version);
    var back =
        millrace.send(
            "POST",
            millrace.system.url("evaluator").resolve("/v1/models/" + NAME + ":rollback"),
            "application/json",
            "{\"reason\": \"test\"}");
    assertThat(back.statusCode()).as(back.body()).isEqualTo(200);
    awaitLive(millrace, version - 1);
    millrace.run("run", NAME);
    int last =
        millrace
            .get(millrace.system.url("evaluator").resolve("/v1/models/" + NAME))
            .at("/versions")
            .size();
    assertThat(last).isBetween(version, version + 1);
    awaitLive(millrace, last);
    return last;
  }

  private static void awaitLive(RunningMillrace millrace, int version) throws Exception {
    RunningMillrace.await(
        "version " + version + " answers",
        () ->
            champion(millrace) == version
                && millrace
                    .get(millrace.system.url("serving").resolve("/v2/models/" + NAME))
                    .at("/versions")
                    .toString()
                    .contains("\"" + version + "\""));
  }

  private static long vectors(RunningMillrace millrace) throws Exception {
    return millrace.counts("transformer", NAME).path("vectors").asLong();
  }

  private static int champion(RunningMillrace millrace) throws Exception {
    return millrace
        .get(millrace.system.url("evaluator").resolve("/v1/models/" + NAME))
        .at("/aliases/champion")
        .asInt();
  }

  private static void besiege(
      RunningMillrace millrace, Random random, CompletableFuture<Void> relieved) {
    try (Admin admin =
            Admin.create(Map.of("bootstrap.servers", millrace.system.bootstrapServers()));
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of(
                    ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                    millrace.system.bootstrapServers(),
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    DataTopic.MOST_RECORD_BYTES),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      HostileRecords hostile = new HostileRecords(HostileRecords.registerForeignSchemas(millrace));
      Map<String, List<Kind>> kinds = new LinkedHashMap<>();
      for (String topic : topics(admin)) {
        kinds.put(topic, hostile.of(sample(millrace, topic)));
      }
      long all = kinds.values().stream().flatMap(List::stream).map(Kind::name).distinct().count();
      System.out.println(all + " kinds for " + kinds.keySet());
      assertThat(all).isGreaterThanOrEqualTo(LEAST_KINDS);
      int each = HOSTILE / ROUNDS / kinds.size() + 1;
      AtomicReference<Exception> refused = new AtomicReference<>();
      int rounds = 0;
      for (int round = 0; round < ROUNDS || !relieved.isDone(); round++) {
        for (Map.Entry<String, List<Kind>> topic : kinds.entrySet()) {
          int partitions = producer.partitionsFor(topic.getKey()).size();
          for (int i = 0; i < each; i++) {
            Kind kind = topic.getValue().get((round * each + i) % topic.getValue().size());
            if (round > ROUNDS / 10 && HostileRecords.isLarge(kind)) {
              continue;
            }
            producer.send(
                hostile.record(topic.getKey(), random.nextInt(partitions), kind, random),
                (sent, error) -> {
                  if (!(error instanceof RecordTooLargeException)) { // such a one stands nowhere
                    refused.compareAndSet(null, error);
                  }
                });
          }
        }
        producer.flush();
        rounds++;
        // the slower the machine, the longer the siege: it must not feed on itself
        Thread.sleep(rounds < ROUNDS ? 500 : 2_000);
      }
      System.out.printf("%,d hostile records in %d rounds%n", rounds * each * kinds.size(), rounds);
      assertThat(refused.get()).isNull();
    } catch (Exception e) {
      throw new AssertionError("the siege failed", e);
    }
  }

  /** All but what only its owner writes: changelogs, and Kafka's own. */
  private static List<String> topics(Admin admin) throws Exception {
    return new TreeSet<>(admin.listTopics().names().get())
        .stream()
            .filter(name -> !name.endsWith("-changelog"))
            .filter(
                name ->
                    name.contains(NAME)
                        || ControlTopic.ALL.stream().anyMatch(topic -> topic.name().equals(name)))
            .toList();
  }

  /** The first value there in the wire format. */
  private static Optional<byte[]> sample(RunningMillrace millrace, String topic) {
    AtomicReference<byte[]> found = new AtomicReference<>();
    if (!topic.endsWith("-repartition")) {
      new TopicReader(millrace.system.kafka(), Duration.ofMinutes(2))
          .readCommitted(
              topic,
              record -> {
                if (record.value() != null && WireFormat.hasHeader(record.value())) {
                  found.compareAndSet(null, record.value());
                }
              });
    }
    return Optional.ofNullable(found.get());
  }

  private static void reconcile(RunningMillrace millrace, Pipeline pipeline) throws Exception {
    millrace.awaitParts(NAME);
    Reconciliation numbers =
        new Reconciler(
                millrace.system.kafka(),
                pipeline,
                millrace.schemas(),
                millrace.artifacts(),
                record -> !isOfNoStream(record, pipeline))
            .reconcile();
    System.out.println(numbers.report());
    assertThat(numbers.isExact()).as(numbers.report()).isTrue();
    assertThat(numbers.count("vectors")).isEqualTo(Orders.COUNT);
  }

  /** What others have put elsewhere than into a stream is nobody's event. */
  private static boolean isOfNoStream(ConsumerRecord<byte[], byte[]> record, Pipeline pipeline) {
    return HostileRecords.placeOf(record)
        .filter(
            place ->
                pipeline.streams().values().stream()
                    .noneMatch(stream -> pipeline.topicOf(stream).equals(place)))
        .isPresent();
  }

  /** A broker that is too slow for a while, as machines are, is no record's doing. */
  private static boolean tellsOfAThreadsEnd(String line) {
    return line.contains("has FAILED")
        || Stream.of("starting again in", "begins again in").anyMatch(line::contains)
            && !isOfTheBroker(line);
  }

  private static boolean isOfTheBroker(String line) {
    return line.contains("code=" + ErrorCode.KAFKA_UNAVAILABLE + " starting again in");
  }

  private static Path log(RunningMillrace millrace, String service) {
    return millrace.system.process(service).log();
  }

  /** No thread is replaced, and a process logs one ERROR for each kind at most. */
  private static void assertQuiet(RunningMillrace millrace) throws Exception {
    for (Service service : Service.values()) {
      JsonNode health =
          millrace.get(millrace.system.url(service.serviceName()).resolve("/q/health"));
      assertThat(health.path("status").asText()).as(health.toString()).isEqualTo("UP");
      String log = Files.readString(log(millrace, service.serviceName()));
      log.lines().filter(HostileST::isOfTheBroker).forEach(System.out::println);
      assertThat(log.lines().filter(HostileST::tellsOfAThreadsEnd))
          .as("log of " + service)
          .isEmpty();
      for (String life : log.split(NEW_LIFE)) {
        Map<String, Integer> errors = new LinkedHashMap<>();
        life.lines()
            .filter(line -> line.contains(" ERROR "))
            .forEach(line -> errors.merge(line.replaceAll("\\d+", "#"), 1, Integer::sum));
        System.out.println(service + ": " + errors.size() + " kinds of ERROR");
        assertThat(errors.values()).as("%s: %s", service, errors).allMatch(count -> count == 1);
      }
    }
  }
}
