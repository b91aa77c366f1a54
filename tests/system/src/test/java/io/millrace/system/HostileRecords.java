package io.millrace.system;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.serde.WireFormat;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Records that nobody planned, of many kinds, for any topic. */
final class HostileRecords {
  /** On all of them: the topic that it was put into. */
  private static final String PLACE = "test_hostile_in";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MEBIBYTE = 1 << 20;

  /** A value that takes this much is sent now and then only. */
  private static final int LARGE = 1 << 16;

  /** One kind; null makes a record without a value. */
  record Kind(String name, Value value, List<RecordHeader> headers) {
    Kind(String name, Value value) {
      this(name, value, List.of());
    }
  }

  interface Value {
    byte @Nullable [] of(Random random);
  }

  private final List<Kind> foreign = new ArrayList<>();
  private final List<Integer> foreignSchemas;

  /**
   * @param foreignSchemas ids under which the registry has something that is no record's schema, or
   *     none that can be used
   */
  HostileRecords(List<Integer> foreignSchemas) {
    this.foreignSchemas = List.copyOf(foreignSchemas);
    foreign();
  }

  /**
   * The kinds for a topic.
   *
   * @param sample a real value of it in the wire format, or empty where values have another form
   */
  List<Kind> of(Optional<byte[]> sample) {
    List<Kind> kinds = new ArrayList<>(foreign);
    sample.ifPresent(real -> damaged(real, kinds));
    return kinds;
  }

  /** A record for a partition, with a key: compacted topics want one. */
  ProducerRecord<byte[], byte[]> record(String topic, int partition, Kind kind, Random random) {
    byte[] key = random.nextInt(10) == 0 ? bytes(random, 12) : text("hostile/" + random.nextInt());
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, partition, key, kind.value().of(random));
    record.headers().add(PLACE, text(topic));
    kind.headers().forEach(record.headers()::add);
    return record;
  }

  /** Where a hostile record was put first; empty for all others. */
  static Optional<String> placeOf(ConsumerRecord<byte[], byte[]> record) {
    return Optional.ofNullable(record.headers().lastHeader(PLACE))
        .map(header -> new String(header.value(), StandardCharsets.UTF_8));
  }

  /** Whether a kind's records are so large that some are enough. */
  static boolean isLarge(Kind kind) {
    byte[] value = kind.value().of(new Random(1));
    return value != null && value.length >= LARGE;
  }

  /** Needs no knowledge of the topic. */
  private void foreign() {
    add("empty", random -> new byte[0]);
    add("hello", random -> text("hello"));
    add("JSON", random -> text("{\"order_id\": 1, \"shop\": \"S1\"}"));
    add("XML", random -> text("<order id='1'/>"));
    add("a zero byte", random -> new byte[1]);
    add("a header cut short", random -> new byte[] {0, 0, 0, 1});
    add("no schema's id", random -> header(0));
    add("an unknown schema's id", random -> join(header(1_000_000_000), bytes(random, 20)));
    add("a negative schema's id", random -> join(header(-1), bytes(random, 20)));
    add("the largest schema's id", random -> join(header(Integer.MAX_VALUE), bytes(random, 20)));
    for (int id : foreignSchemas) {
      add("foreign schema " + id, random -> join(header(id), bytes(random, 20)));
    }
    add("another magic byte", random -> join(new byte[] {1, 0, 0, 0, 1}, bytes(random, 20)));
    add("an id of eight bytes", random -> join(new byte[9], bytes(random, 20)));
    add("zip", random -> join(new byte[] {0x1f, (byte) 0x8b, 8, 0}, bytes(random, 40)));
    add(
        "a Java object",
        random -> join(new byte[] {(byte) 0xac, (byte) 0xed, 0, 5}, bytes(random, 40)));
    add("no UTF-8", random -> new byte[] {(byte) 0xc3, 0x28, (byte) 0xff, (byte) 0xfe});
    add("all ones", random -> filled(64, 0xff));
    add("noise behind ones", random -> join(filled(4, 0xff), bytes(random, 200)));
    add("a mebibyte of noise", random -> join(filled(1, 0x7f), bytes(random, MEBIBYTE - 1)));
    add("more than an event may be", random -> filled(MEBIBYTE + 1, 0x7f));
    add("no value", random -> null);
    kind("a watermark that is no time", null, mark("tomorrow"));
    kind("an empty watermark", null, mark(""));
    kind("a watermark out of range", null, mark("99999999999999999999999"));
    kind("a watermark in the far future", null, mark(Long.toString(Long.MAX_VALUE)));
    kind("a watermark on a value", text("hello"), mark("1"));
    kind(
        "headers of CloudEvents that are none",
        text("hello"),
        headers("ce_time", "ce_id", "ce_specversion"));
    kind(
        "a header without a value",
        text("hello"),
        List.of(new RecordHeader("ce_id", (byte[]) null)));
    kind("many headers", text("hello"), headers(names(200)));
    kind(
        "forged reasons",
        text("hello"),
        headers(MillraceHeaders.REASONS, MillraceHeaders.SOURCE_OFFSET));
  }

  /** What looks like the topic's own at first. */
  private static void damaged(byte[] real, List<Kind> kinds) {
    byte[] header = Arrays.copyOf(real, WireFormat.HEADER_BYTES);
    kinds.add(new Kind("only a header", random -> header));
    kinds.add(
        new Kind("cut off", random -> Arrays.copyOf(real, 6 + random.nextInt(real.length - 6))));
    kinds.add(new Kind("one byte too many", random -> Arrays.copyOf(real, real.length + 1)));
    kinds.add(new Kind("twice in one", random -> join(real, real)));
    kinds.add(new Kind("ones behind the header", random -> join(header, filled(32, 0xff))));
    for (long length :
        new long[] {
          Integer.MAX_VALUE - 9L,
          Integer.MAX_VALUE - 8L,
          Integer.MAX_VALUE - 7L,
          Integer.MAX_VALUE,
          1L << 31,
          1L << 40,
          Long.MAX_VALUE,
          -1,
          Long.MIN_VALUE
        }) {
      // wherever in the record a length is read: behind no, one, two or more fields that are there
      kinds.add(
          new Kind(
              "a length of " + length,
              random -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                out.writeBytes(header);
                for (int i = random.nextInt(6); i > 0; i--) {
                  out.write(2);
                }
                out.writeBytes(zigzag(length));
                out.write(0x7f);
                return out.toByteArray();
              }));
    }
    kinds.add(new Kind("a number that never ends", random -> join(header, filled(40, 0x80))));
    kinds.add(new Kind("no such branch of a union", random -> join(header, filled(8, 0x0e))));
  }

  private void add(String name, Value value) {
    foreign.add(new Kind(name, value));
  }

  private void kind(String name, byte @Nullable [] value, List<RecordHeader> headers) {
    foreign.add(new Kind(name, random -> value, headers));
  }

  private static List<RecordHeader> mark(String value) {
    return List.of(new RecordHeader(MillraceHeaders.WATERMARK, text(value)));
  }

  private static List<RecordHeader> headers(String... names) {
    return Arrays.stream(names).map(name -> new RecordHeader(name, filled(8, 0xff))).toList();
  }

  private static String[] names(int count) {
    String[] names = new String[count];
    Arrays.setAll(names, i -> "x" + i);
    return names;
  }

  private static byte[] header(int id) {
    return ByteBuffer.allocate(WireFormat.HEADER_BYTES).put((byte) 0).putInt(id).array();
  }

  /** A number as Avro writes it. */
  private static byte[] zigzag(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Registers what no record can be read with; the ids that the registry gives. */
  static List<Integer> registerForeignSchemas(RunningMillrace millrace) throws Exception {
    Schema list =
        SchemaBuilder.record("Chain")
            .namespace("hostile")
            .fields()
            .name("next")
            .type("Chain")
            .noDefault()
            .endRecord();
    StringBuilder wide = new StringBuilder("{\"type\":\"record\",\"name\":\"Wide\",\"fields\":[");
    for (int i = 0; i < 20_000; i++) {
      wide.append(i == 0 ? "" : ",").append("{\"name\":\"f%d\",\"type\":\"long\"}".formatted(i));
    }
    String deep = "{\"type\":\"array\",\"items\":".repeat(300) + "\"null\"" + "}".repeat(300);
    return List.of(
        register(millrace, "json", "JSON", "{\"type\": \"object\"}"),
        register(
            millrace, "proto", "PROTOBUF", "syntax = \"proto3\"; message Order { string id = 1; }"),
        register(millrace, "chain", "AVRO", list.toString()),
        register(millrace, "wide", "AVRO", wide.append("]}").toString()),
        register(millrace, "deep", "AVRO", deep),
        register(
            millrace, "enum", "AVRO", "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}"));
  }

  private static int register(RunningMillrace millrace, String name, String type, String content)
      throws Exception {
    ObjectNode body = JSON.createObjectNode();
    body.put("artifactId", "hostile-" + name).put("artifactType", type);
    body.putObject("firstVersion")
        .putObject("content")
        .put("content", content)
        .put(
            "contentType", type.equals("PROTOBUF") ? "application/x-protobuf" : "application/json");
    var answer =
        millrace.send(
            "POST",
            millrace
                .system
                .url("registry")
                .resolve(
                    "/apis/registry/v3/groups/hostile/artifacts?ifExists=FIND_OR_CREATE_VERSION"),
            "application/json",
            body.toString());
    int id = JSON.readTree(answer.body()).at("/version/contentId").asInt();
    if (id == 0) {
      throw new AssertionError(name + ": " + answer.body());
    }
    return id;
  }
}
