import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Publishes an evening of each place and prints what is predicted for it: Events {@code <date>}. */
public class Events {
  public static void main(String[] args) throws Exception {
    String registry =
        System.getenv().getOrDefault("MILLRACE_REGISTRY_URL", "http://localhost:8080")
            + "/apis/registry/v3";
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            System.getenv().getOrDefault("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092"),
            "apicurio.registry.url", registry,
            "key.serializer", StringSerializer.class,
            "value.serializer", AvroKafkaSerializer.class,
            "key.deserializer", StringDeserializer.class,
            "value.deserializer", AvroKafkaDeserializer.class,
            "isolation.level", "read_committed",
            "group.id", "clients-java",
            "auto.offset.reset", "earliest",
            "enable.auto.commit", false);

    URI latest =
        URI.create(
            registry
                + "/groups/default/artifacts/millrace.rain.evenings-value"
                + "/versions/branch=latest/content");
    Schema schema;
    try (var content = latest.toURL().openStream()) {
      schema = new Schema.Parser().parse(content);
    }
    Set<String> waiting = new HashSet<>();
    try (KafkaProducer<String, GenericRecord> producer = new KafkaProducer<>(config)) {
      for (String place : List.of("Seattle", "New York")) {
        String id = place + "/" + args[0];
        GenericRecord evening =
            new GenericRecordBuilder(schema)
                .set("day", id)
                .set("at", Instant.parse(args[0] + "T21:00:00Z").toEpochMilli() * 1000)
                .set("place", place)
                .set("rain_mm", 4.1)
                .set("temp_max", 9.5)
                .set("temp_min", 4.5)
                .set("wind", 3.2)
                .set("sky", "rain")
                .build();
        producer.send(new ProducerRecord<>("millrace.rain.evenings", id, evening)).get();
        waiting.add(id);
      }
    }

    Instant end = Instant.now().plusSeconds(120);
    try (KafkaConsumer<String, GenericRecord> consumer = new KafkaConsumer<>(config)) {
      consumer.subscribe(List.of("millrace.rain.predictions"));
      while (!waiting.isEmpty() && Instant.now().isBefore(end)) {
        for (ConsumerRecord<String, GenericRecord> record : consumer.poll(Duration.ofSeconds(1))) {
          GenericRecord prediction = record.value();
          if (prediction != null // a watermark has no value
              && waiting.remove(String.valueOf(prediction.get("exampleId")))) {
            System.out.printf(
                "%s %.6f version %s%n",
                prediction.get("exampleId"), prediction.get("score"), prediction.get("version"));
          }
        }
      }
    }
    if (!waiting.isEmpty()) {
      System.err.println("not predicted: " + waiting);
      System.exit(1);
    }
  }
}
