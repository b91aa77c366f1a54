package io.millrace.messaging.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.topics.NewTopics;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
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
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * A pipeline of one application with two sub-topologies, a repartition topic between them and a
 * store in each.
 */
final class TinyPipeline {
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

  static final String BAD = "bad";
  static final int PARTITIONS = 2;
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  final Map<String, Integer> threads = new ConcurrentHashMap<>();
  final AtomicInteger starts = new AtomicInteger();
  final String pipeline = "tiny" + NUMBER.incrementAndGet();
  final String applicationId = "millrace-test-" + pipeline;
  final String in = pipeline + ".in";
  final String out = pipeline + ".out";
  final String quarantine = "millrace." + pipeline + ".quarantine";
  final String byKey = applicationId + "-by-key-repartition";
  volatile Duration opening = Duration.ZERO;
  int digits = 1;
  private final String bootstrap;
  private final Path state;
  private int sent;

  /** Creates its topics. */
  TinyPipeline(String bootstrap, Path state) throws Exception {
    this.bootstrap = bootstrap;
    this.state = state;
    create(bootstrap, in, out, quarantine);
  }

  /** Once a broker: the topic that all write to. */
  static void createAlerts(String bootstrap) throws Exception {
    create(bootstrap, "millrace.alerts");
  }

  private static void create(String bootstrap, String... topics) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      NewTopics.create(
          admin,
          Stream.of(topics).map(topic -> new NewTopic(topic, PARTITIONS, (short) 1)).toList());
    }
  }

  Admin admin() {
    return Admin.create(connection());
  }

  StreamsApplication application(Function<PartitionLag, Topology> topology) {
    return application("a", state, 0, topology);
  }

  StreamsApplication application(
      String instance, Path state, int standbys, Function<PartitionLag, Topology> topology) {
    StreamsSettings settings =
        new StreamsSettings(
            KafkaClients.at(bootstrap),
            instance,
            state,
            1,
            Duration.ofMillis(100),
            1 << 24,
            32 << 20);
    Properties properties = settings.properties(applicationId);
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

  Function<PartitionLag, Topology> topology(Fault fault) {
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

  /** Records with growing values; the one at that place is bad. */
  void send(int records, int bad) throws Exception {
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

  void goesOn(StreamsApplication streams) throws Exception {
    int before = sent;
    send(4, -1);
    inOrder(readUntil(List.of(out), records -> records.size() >= before + 4));
    assertThat(starts).hasValue(1);
    assertThat(streams.state()).isEqualTo(State.RUNNING);
    assertThat(streams.failure()).isEmpty();
  }

  RecordMetadata damage(String changelog) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      return producer
          .send(new ProducerRecord<>(changelog, 1, new byte[] {7}, "no count".getBytes(UTF_8)))
          .get();
    }
  }

  void alert(String code) {
    readUntil(
        List.of("millrace.alerts"),
        records ->
            records.stream()
                .anyMatch(
                    record ->
                        record.key().equals(pipeline + "/application-failed/test")
                            && text(record).contains(code)));
  }

  static void await(BooleanSupplier fact, StreamsApplication... all) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!fact.getAsBoolean()) {
      assertThat(System.nanoTime())
          .as("in time, %s", Stream.of(all).map(one -> one.state() + " " + one.failure()).toList())
          .isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  boolean haveAll(List<ConsumerRecord<String, byte[]>> records) {
    return records.stream().anyMatch(record -> text(record).equals(Integer.toString(sent - 1)));
  }

  static void inOrder(List<ConsumerRecord<String, byte[]>> records) {
    Map<String, List<Integer>> byKey = new TreeMap<>();
    records.forEach(
        record ->
            byKey
                .computeIfAbsent(record.key(), unused -> new ArrayList<>())
                .add(Integer.valueOf(text(record))));
    byKey.values().forEach(values -> assertThat(values).isSorted().doesNotHaveDuplicates());
  }

  List<ConsumerRecord<String, byte[]>> readUntil(
      List<String> topics, Predicate<List<ConsumerRecord<String, byte[]>>> enough) {
    List<ConsumerRecord<String, byte[]>> read = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
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

  static List<ConsumerRecord<String, byte[]>> of(
      List<ConsumerRecord<String, byte[]>> records, String topic) {
    return records.stream().filter(record -> record.topic().equals(topic)).toList();
  }

  static String text(ConsumerRecord<String, byte[]> record) {
    return record.value() == null ? "" : new String(record.value(), UTF_8);
  }

  static String header(ConsumerRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(connection(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Map<String, Object> connection() {
    return Map.of("bootstrap.servers", bootstrap);
  }
}
