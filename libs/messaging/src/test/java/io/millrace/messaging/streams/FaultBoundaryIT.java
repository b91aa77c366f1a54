package io.millrace.messaging.streams;

import static io.millrace.contracts.errors.ErrorCode.KAFKA_REFUSED;
import static io.millrace.contracts.errors.ErrorCode.TOPIC_MISSING;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.common.BrokerConfig;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import io.millrace.messaging.registry.RegistryRefusedException;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.messaging.topics.TopicAccess;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application of two sub-topologies leaves of a record that it can't process. */
@ExtendWith(KafkaClusterExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class FaultBoundaryIT {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final int PARTITIONS = 2;
  private static final int RECORDS = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** Where the record with the value {@link #BAD} fails. */
  enum Fault {
    BEFORE_ALL,
    AFTER_PUT,
    AFTER_FORWARD,
    WRONG_CLASS,
    TOO_LARGE,
    AFTER_PUT_BEHIND_REPARTITION,
    AFTER_FORWARD_BEHIND_REPARTITION
  }

  private static final String BAD = "bad";

  private final Map<String, Integer> threads = new ConcurrentHashMap<>();
  private final AtomicInteger starts = new AtomicInteger();
  private volatile Duration opening = Duration.ZERO;
  private final Path state;
  private final String pipeline = "tiny" + NUMBER.incrementAndGet();
  private final String application = "millrace-test-" + pipeline;
  private final String in = pipeline + ".in";
  private final String out = pipeline + ".out";
  private final String quarantine = "millrace." + pipeline + ".quarantine";
  private final String byKey = application + "-by-key-repartition";

  @BrokerConfig(
      name = "authorizer.class.name",
      value = "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
  @BrokerConfig(name = "allow.everyone.if.no.acl.found", value = "true")
  static KafkaCluster cluster;

  FaultBoundaryIT(@TempDir Path state) {
    this.state = state;
  }

  @BeforeAll
  static void createAlerts() throws Exception {
    try (Admin admin = Admin.create(connection())) {
      NewTopics.create(admin, List.of(new NewTopic("millrace.alerts", PARTITIONS, (short) 1)));
    }
  }

  @BeforeEach
  void create() throws Exception {
    try (Admin admin = Admin.create(connection())) {
      NewTopics.create(
          admin,
          List.of(
              new NewTopic(in, PARTITIONS, (short) 1),
              new NewTopic(out, PARTITIONS, (short) 1),
              new NewTopic(quarantine, PARTITIONS, (short) 1)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldQuarantineTheRecordThatFailsAndLeaveNoOtherTraceOfIt(Fault fault) throws Exception {
    boolean isBehind = fault.name().endsWith("REPARTITION");
    try (StreamsApplication streams = application(topology(fault))) {
      send(RECORDS, RECORDS / 2);
      List<ConsumerRecord<String, byte[]>> read =
          readUntil(
              List.of(out, quarantine),
              records ->
                  of(records, out).size() >= RECORDS - 1 && !of(records, quarantine).isEmpty());
      send(2, -1);
      read = readUntil(List.of(out, quarantine), records -> of(records, out).size() >= RECORDS + 1);

      List<ConsumerRecord<String, byte[]>> refused = of(read, quarantine);
      assertThat(refused).hasSize(1);
      assertThat(refused.getFirst().value()).isEqualTo(BAD.getBytes(UTF_8));
      assertThat(header(refused.getFirst(), "millrace_reasons")).contains("PROCESSING_FAILED");
      assertThat(header(refused.getFirst(), "millrace_source_topic"))
          .isEqualTo(isBehind ? byKey : in);
      assertThat(of(read, out)).noneMatch(record -> text(record).contains(BAD));
      inOrder(of(read, out));
      String changelog = application + (isBehind ? "-seen-changelog" : "-counts-changelog");
      assertThat(readUntil(List.of(changelog), this::haveAll))
          .noneMatch(record -> text(record).contains(BAD));
      if (fault == Fault.WRONG_CLASS) {
        assertThat(starts).hasValue(2);
      } else {
        assertThat(threads).hasSize(1);
        assertThat(starts).hasValue(1);
      }
      assertThat(streams.failure()).isEmpty();
    }
  }

  @Test
  void shouldQuarantineWhatDoesNotDecodeInARepartitionTopic() throws Exception {
    try (StreamsApplication streams = application(topology(Fault.BEFORE_ALL))) {
      send(4, -1);
      readUntil(List.of(out), records -> records.size() >= 4);
      byte[] junk = {(byte) 0xff, 1, 2};
      try (KafkaProducer<byte[], byte[]> producer = producer()) {
        producer.send(new ProducerRecord<>(byKey, 0, new byte[] {7}, junk)).get();
      }
      send(4, -1);
      List<ConsumerRecord<String, byte[]>> read =
          readUntil(
              List.of(out, quarantine),
              records -> of(records, out).size() >= 8 && !of(records, quarantine).isEmpty());

      assertThat(of(read, quarantine))
          .singleElement()
          .satisfies(r -> assertThat(r.value()).isEqualTo(junk));
      assertThat(header(of(read, quarantine).getFirst(), "millrace_reasons"))
          .contains("UNDECODABLE");
      assertThat(starts).hasValue(1);
      assertThat(streams.failure()).isEmpty();
    }
  }

  @Test
  void shouldStartAnewAfterAFailureThatIsNoRecords() throws Exception {
    AtomicInteger failures = new AtomicInteger(2);
    try (StreamsApplication streams =
        application(
            lag -> {
              Topology topology = topology(Fault.BEFORE_ALL).apply(lag);
              topology.addProcessor(
                  "clock", () -> new FailingClock(failures), topologySource(topology));
              return topology;
            })) {
      send(RECORDS, -1);
      List<ConsumerRecord<String, byte[]>> read =
          readUntil(List.of(out), records -> records.size() >= RECORDS && failures.get() == 0);
      send(2, -1);
      read = readUntil(List.of(out, quarantine), records -> records.size() >= RECORDS + 2);

      inOrder(of(read, out));
      assertThat(of(read, quarantine)).isEmpty();
      assertThat(starts).hasValueGreaterThan(1);
      assertThat(streams.state()).isNotEqualTo(State.FAILED);
    }
  }

  /** Slowly: a task is restored and fails before the next one of its thread is there. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldEndAsFailedWhereAChangelogIsDamaged(boolean slowly) throws Exception {
    String changelog = application + "-counts-changelog";
    try (StreamsApplication streams = application(topology(Fault.BEFORE_ALL))) {
      send(4, -1);
      readUntil(List.of(out), records -> records.size() >= 4);
    }
    RecordMetadata junk = damage(changelog);

    opening = slowly ? Duration.ofMillis(500) : Duration.ZERO;
    try (StreamsApplication streams = application(topology(Fault.BEFORE_ALL))) {
      await(() -> streams.state() == State.FAILED, streams);
      PipelineFailure failure = streams.failure().orElseThrow();
      assertThat(failure.code()).isEqualTo(ErrorCode.STATE_DAMAGED);
      assertThat(failure.place()).contains(new Place(changelog, 1, junk.offset()));
      alert("STATE_DAMAGED");
    }
  }

  /** Of two instances, each with standby tasks, the one that has no use for the damage goes on. */
  @Test
  void shouldEndAsFailedWhereAStandbyReadsTheDamage(@TempDir Path other) throws Exception {
    String changelog = application + "-counts-changelog";
    try (StreamsApplication one = application("a", state, 1, topology(Fault.BEFORE_ALL));
        StreamsApplication two = application("b", other, 1, topology(Fault.BEFORE_ALL))) {
      await(() -> one.state() == State.RUNNING && two.state() == State.RUNNING, one, two);
      send(4, -1);
      readUntil(List.of(out), records -> records.size() >= 4);
      RecordMetadata junk = damage(changelog);

      await(() -> one.state() == State.FAILED || two.state() == State.FAILED, one, two);
      StreamsApplication failed = one.state() == State.FAILED ? one : two;
      assertThat(failed.failure().orElseThrow().place())
          .contains(new Place(changelog, 1, junk.offset()));
      send(4, -1);
      inOrder(readUntil(List.of(out), records -> records.size() >= 8));
    }
  }

  /** Of two instances one leaves; the other restores what it had, and meets the damage there. */
  @Test
  void shouldEndAsFailedWhereATaskMovesWithTheDamage(@TempDir Path other) throws Exception {
    String changelog = application + "-counts-changelog";
    try (StreamsApplication one = application("a", state, 0, topology(Fault.BEFORE_ALL));
        StreamsApplication two = application("b", other, 0, topology(Fault.BEFORE_ALL))) {
      await(() -> holdsDamaged(one) != holdsDamaged(two), one, two);
      send(4, -1);
      readUntil(List.of(out), records -> records.size() >= 4);
      RecordMetadata junk = damage(changelog);
      StreamsApplication leaver = holdsDamaged(one) ? one : two;
      StreamsApplication stays = leaver == one ? two : one;
      assertThat(stays.state()).isEqualTo(State.RUNNING);

      leaver.close();

      await(() -> stays.state() == State.FAILED, stays);
      PipelineFailure failure = stays.failure().orElseThrow();
      assertThat(failure.code()).isEqualTo(ErrorCode.STATE_DAMAGED);
      assertThat(failure.place()).contains(new Place(changelog, 1, junk.offset()));
      alert("STATE_DAMAGED");
    }
  }

  /** Whether the task is at work here whose changelog {@link #damage} damages. */
  private static boolean holdsDamaged(StreamsApplication streams) {
    return streams.state() == State.RUNNING
        && Objects.requireNonNull(streams.client()).metadataForLocalThreads().stream()
            .flatMap(thread -> thread.activeTasks().stream())
            .anyMatch(task -> task.taskId().equals(new TaskId(0, 1)));
  }

  /** How a broker refuses one of the topics. */
  enum Refusal {
    INPUT,
    OUTPUT,
    CHANGELOG,
    SIZE
  }

  @ParameterizedTest
  @EnumSource
  void shouldWaitWhereATopicIsRefusedAndGoOnByItself(Refusal refusal) throws Exception {
    String topic =
        switch (refusal) {
          case INPUT -> in;
          case OUTPUT, SIZE -> out;
          case CHANGELOG -> application + "-counts-changelog";
        };
    int more = refusal == Refusal.SIZE ? 1 : 4; // several in one batch the producer splits for ever
    try (StreamsApplication streams = application(topology(Fault.BEFORE_ALL));
        Admin admin = Admin.create(connection())) {
      send(4, -1);
      readUntil(List.of(out), records -> records.size() >= 4);
      if (refusal == Refusal.INPUT) {
        send(more, -1);
      }
      if (refusal == Refusal.SIZE) {
        mostBytes(admin, OpType.SET);
        digits = 200;
      } else {
        TopicAccess.deny(admin, topic);
      }
      if (refusal != Refusal.INPUT) {
        send(more, -1);
      }

      await(
          () -> streams.failure().map(PipelineFailure::code).equals(Optional.of(KAFKA_REFUSED)),
          streams);
      assertThat(streams.failure().orElseThrow().message()).contains(topic);
      assertThat(streams.state()).isEqualTo(State.STARTING);
      alert("KAFKA_REFUSED");

      if (refusal == Refusal.SIZE) {
        mostBytes(admin, OpType.DELETE);
      } else {
        TopicAccess.allow(admin, topic);
      }
      List<ConsumerRecord<String, byte[]>> read =
          readUntil(List.of(out, quarantine), records -> of(records, out).size() >= 4 + more);
      inOrder(of(read, out));
      assertThat(of(read, quarantine)).isEmpty();
      await(() -> streams.state() == State.RUNNING, streams);
      assertThat(streams.failure()).isEmpty();
    }
  }

  @Test
  void shouldSayThatTheRegistryRefusesAndGoOnByItself() throws Exception {
    AtomicBoolean refuses = new AtomicBoolean(true);
    try (StreamsApplication streams =
        application(
            lag -> {
              if (refuses.get()) {
                throw new RegistryRefusedException("401");
              }
              return topology(Fault.BEFORE_ALL).apply(lag);
            })) {
      await(
          () ->
              streams
                  .failure()
                  .map(PipelineFailure::code)
                  .equals(Optional.of(ErrorCode.REGISTRY_REFUSED)),
          streams);
      alert("REGISTRY_REFUSED");

      refuses.set(false);
      send(4, -1);
      inOrder(readUntil(List.of(out), records -> records.size() >= 4));
      await(() -> streams.state() == State.RUNNING, streams);
      assertThat(streams.failure()).isEmpty();
    }
  }

  @Test
  void shouldDisturbNoOtherPipelineWhereATopicIsRefused(@TempDir Path elsewhere) throws Exception {
    FaultBoundaryIT other = new FaultBoundaryIT(elsewhere);
    other.create();
    try (StreamsApplication refused = application(topology(Fault.BEFORE_ALL));
        StreamsApplication beside = other.application(other.topology(Fault.BEFORE_ALL));
        Admin admin = Admin.create(connection())) {
      await(() -> beside.state() == State.RUNNING, beside);
      TopicAccess.deny(admin, out);
      send(4, -1);
      await(() -> refused.failure().isPresent(), refused);
      assertThat(beside.failure()).isEmpty();

      other.goesOn(beside);
      await(() -> refused.failure().isPresent(), refused); // still, or again

      TopicAccess.allow(admin, out);
      inOrder(readUntil(List.of(out), records -> records.size() >= 4));
    }
  }

  /** The operator deletes it by hand, and makes it again. */
  @Test
  void shouldSayWhichTopicIsMissingAndGoOnOnceItIsThereAgain(@TempDir Path elsewhere)
      throws Exception {
    FaultBoundaryIT other = new FaultBoundaryIT(elsewhere);
    other.create();
    try (StreamsApplication streams = application(topology(Fault.BEFORE_ALL));
        StreamsApplication beside = other.application(other.topology(Fault.BEFORE_ALL));
        Admin admin = Admin.create(connection())) {
      send(4, -1);
      readUntil(List.of(out), records -> records.size() >= 4);
      await(() -> beside.state() == State.RUNNING, beside);
      admin.deleteTopics(List.of(in)).all().get();

      await(
          () -> streams.failure().map(PipelineFailure::code).equals(Optional.of(TOPIC_MISSING)),
          streams);
      assertThat(streams.failure().orElseThrow().message()).contains(in);
      assertThat(streams.state()).isEqualTo(State.STARTING);
      alert("TOPIC_MISSING");
      other.goesOn(beside);

      NewTopics.create(admin, List.of(new NewTopic(in, PARTITIONS, (short) 1)));
      send(4, -1);
      inOrder(readUntil(List.of(out), records -> records.size() >= 8));
      await(() -> streams.state() == State.RUNNING, streams);
      assertThat(streams.failure()).isEmpty();
    }
  }

  private void goesOn(StreamsApplication streams) throws Exception {
    int before = sent;
    send(4, -1);
    inOrder(readUntil(List.of(out), records -> records.size() >= before + 4));
    assertThat(starts).hasValue(1);
    assertThat(streams.state()).isEqualTo(State.RUNNING);
    assertThat(streams.failure()).isEmpty();
  }

  /** Room for the marker of a transaction, and for records of a few digits. */
  private void mostBytes(Admin admin, OpType change) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, out),
                List.of(new AlterConfigOp(new ConfigEntry("max.message.bytes", "120"), change))))
        .all()
        .get();
  }

  private RecordMetadata damage(String changelog) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      return producer
          .send(new ProducerRecord<>(changelog, 1, new byte[] {7}, "no count".getBytes(UTF_8)))
          .get();
    }
  }

  private void alert(String code) {
    readUntil(
        List.of("millrace.alerts"),
        records ->
            records.stream()
                .anyMatch(
                    record ->
                        record.key().equals(pipeline + "/application-failed/test")
                            && text(record).contains(code)));
  }

  private static void await(BooleanSupplier fact, StreamsApplication... all)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!fact.getAsBoolean()) {
      assertThat(System.nanoTime())
          .as("in time, %s", Stream.of(all).map(one -> one.state() + " " + one.failure()).toList())
          .isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  private static String topologySource(Topology topology) {
    return topology.describe().subtopologies().stream()
        .flatMap(part -> part.nodes().stream())
        .map(node -> node.name())
        .filter(name -> name.equals("source"))
        .findFirst()
        .orElseThrow();
  }

  private StreamsApplication application(Function<PartitionLag, Topology> topology) {
    return application("a", state, 0, topology);
  }

  private StreamsApplication application(
      String instance, Path state, int standbys, Function<PartitionLag, Topology> topology) {
    StreamsSettings settings =
        new StreamsSettings(
            KafkaClients.at(cluster.getBootstrapServers()),
            instance,
            state,
            1,
            Duration.ofMillis(100),
            1 << 24);
    Properties properties = settings.properties(application);
    properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbys);
    StreamsApplication streams =
        new StreamsApplication(
            lag -> {
              starts.incrementAndGet();
              return topology.apply(lag);
            },
            properties,
            new StateChecks(
                Map.of(
                    "counts",
                    (key, value) -> {
                      if (!new String(value, UTF_8).matches("[0-9]+|" + BAD)) {
                        throw new IllegalArgumentException("no count");
                      }
                    })),
            new RefusedRecords(pipeline),
            Alerts.of(settings, pipeline));
    streams.start();
    return streams;
  }

  private Function<PartitionLag, Topology> topology(Fault fault) {
    return lag -> {
      StreamsBuilder builder = new StreamsBuilder();
      builder.addStateStore(
          Stores.keyValueStoreBuilder(
                  slow(Stores.persistentKeyValueStore("counts")), Serdes.String(), Serdes.String())
              .withCachingEnabled());
      builder.addStateStore(
          Stores.keyValueStoreBuilder(
              Stores.persistentKeyValueStore("seen"), Serdes.String(), Serdes.String()));
      builder.stream(in, Consumed.with(Serdes.String(), Serdes.String()).withName("source"))
          .process(() -> new Step("counts", fault, ""), Named.as("first"), "counts")
          .repartition(
              Repartitioned.with(
                      Serdes.String(), Serdes.serdeFrom(Serdes.String().serializer(), strict()))
                  .withName("by-key")
                  .withNumberOfPartitions(PARTITIONS))
          .process(() -> new Step("seen", fault, "_BEHIND_REPARTITION"), Named.as("second"), "seen")
          .to(out, Produced.with(Serdes.String(), Serdes.String()).withName("sink"));
      return builder.build();
    };
  }

  private KeyValueBytesStoreSupplier slow(KeyValueBytesStoreSupplier stores) {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return stores.name();
      }

      @Override
      public String metricsScope() {
        return stores.metricsScope();
      }

      @Override
      @SuppressWarnings("unchecked")
      public KeyValueStore<Bytes, byte[]> get() {
        KeyValueStore<Bytes, byte[]> store = stores.get();
        return (KeyValueStore<Bytes, byte[]>)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {KeyValueStore.class},
                (proxy, method, args) -> {
                  if (method.getName().equals("init")) {
                    Thread.sleep(opening);
                  }
                  try {
                    return method.invoke(store, args);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
      }
    };
  }

  private static Deserializer<String> strict() {
    return (topic, bytes) -> {
      if (bytes[0] == (byte) 0xff) {
        throw new IllegalArgumentException("no text");
      }
      return new String(bytes, UTF_8);
    };
  }

  /** Puts, forwards, puts and forwards again; fails where it is told to. */
  private final class Step extends ContextualProcessor<String, String, String, String> {
    private final String store;
    private final Fault fault;
    private final String where;
    private KeyValueStore<String, String> counts;

    @SuppressWarnings("NullAway.Init") // set by init
    Step(String store, Fault fault, String where) {
      this.store = store;
      this.fault = fault;
      this.where = where;
    }

    @Override
    public void init(ProcessorContext<String, String> context) {
      super.init(context);
      counts = context.getStateStore(store);
      threads.merge(Thread.currentThread().getName(), 1, Integer::sum);
    }

    @Override
    public void process(Record<String, String> record) {
      boolean isBad = record.value().equals(BAD);
      fail(isBad, Fault.BEFORE_ALL);
      if (isBad && fault == Fault.WRONG_CLASS) {
        Object number = 7;
        counts.put("class", (String) number);
      }
      counts.put(record.key(), record.value());
      counts.put(record.key() + "/copy", record.value());
      fail(isBad, Fault.AFTER_PUT);
      if (isBad && fault == Fault.TOO_LARGE) {
        context().forward(record.withValue(BAD.repeat(3 * 1024 * 1024)));
        return;
      }
      context().forward(record);
      fail(isBad, Fault.AFTER_FORWARD);
    }

    private void fail(boolean isBad, Fault at) {
      if (isBad && fault.name().equals(at.name() + where)) {
        throw new IllegalStateException("as the test wants it " + at);
      }
    }
  }

  private static final class FailingClock extends ContextualProcessor<Object, Object, Void, Void> {
    private final AtomicInteger failures;

    FailingClock(AtomicInteger failures) {
      this.failures = failures;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      super.init(context);
      context.schedule(
          Duration.ofMillis(50),
          PunctuationType.WALL_CLOCK_TIME,
          now -> {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
              throw new IllegalStateException("a clock that fails");
            }
          });
    }

    @Override
    public void process(Record<Object, Object> record) {}
  }

  private int sent;
  private int digits = 1;

  /** Records with growing values; the one at that place is bad. */
  private void send(int records, int bad) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int i = 0; i < records; i++) {
        String value = i == bad ? BAD : ("%0" + digits + "d").formatted(sent++);
        producer.send(
            new ProducerRecord<>(
                in, i % PARTITIONS, ("k" + i % 8).getBytes(UTF_8), value.getBytes(UTF_8)));
      }
      producer.flush();
    }
  }

  private boolean haveAll(List<ConsumerRecord<String, byte[]>> records) {
    return records.stream().anyMatch(record -> text(record).equals(Integer.toString(sent - 1)));
  }

  private static void inOrder(List<ConsumerRecord<String, byte[]>> records) {
    Map<String, List<Integer>> byKey = new TreeMap<>();
    records.forEach(
        record ->
            byKey
                .computeIfAbsent(record.key(), unused -> new ArrayList<>())
                .add(Integer.valueOf(text(record))));
    byKey.values().forEach(values -> assertThat(values).isSorted().doesNotHaveDuplicates());
  }

  private List<ConsumerRecord<String, byte[]>> readUntil(
      List<String> topics, Predicate<List<ConsumerRecord<String, byte[]>>> enough) {
    List<ConsumerRecord<String, byte[]>> read = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                cluster.getBootstrapServers(),
                "isolation.level",
                "read_committed"),
            new StringDeserializer(),
            (topic, bytes) -> bytes)) {
      Set<TopicPartition> partitions =
          topics.stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .collect(Collectors.toSet());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!enough.test(read)) {
        assertThat(System.nanoTime()).as("in time, %s read", read.size()).isLessThan(deadline);
        consumer.poll(Duration.ofMillis(100)).forEach(read::add);
      }
    }
    return read;
  }

  private static List<ConsumerRecord<String, byte[]>> of(
      List<ConsumerRecord<String, byte[]>> records, String topic) {
    return records.stream().filter(record -> record.topic().equals(topic)).toList();
  }

  private static String text(ConsumerRecord<String, byte[]> record) {
    return record.value() == null ? "" : new String(record.value(), UTF_8);
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(connection(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Map<String, Object> connection() {
    return Map.of("bootstrap.servers", cluster.getBootstrapServers());
  }
}
