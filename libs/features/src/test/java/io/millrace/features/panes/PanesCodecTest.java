package io.millrace.features.panes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.contracts.features.FeaturePanes;
import io.millrace.contracts.features.Pane;
import io.millrace.contracts.features.Series;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.pipeline.Windowed.Aggregate;
import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Mutation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

class PanesCodecTest {
  private static final Windowed DELAY = Fixtures.feature(Aggregate.SUM, "delay", 30, 5);
  private static final Windowed LATE = Fixtures.feature(Aggregate.COUNT, "late", 30, 5);
  private static final Windowed LATE_COARSE = Fixtures.feature(Aggregate.COUNT, "late", 30, 10);

  private final EntityFeatures features = Fixtures.features(List.of(DELAY, LATE));

  @Test
  void shouldWriteWhatAvroReadsAsFeaturePanes() throws IOException {
    Panes panes = new Panes(features);
    panes.add(0, 7, 1e16);
    panes.add(0, 8, 1);
    panes.add(1, -3, 1);
    panes.evict(30, 35);

    byte[] bytes = panes.encode("origin", "JFK", 30);
    FeaturePanes read =
        new SpecificDatumReader<>(FeaturePanes.class)
            .read(null, DecoderFactory.get().binaryDecoder(bytes, null));

    assertThat(read)
        .isEqualTo(
            FeaturePanes.newBuilder()
                .setEntity("origin")
                .setKey("JFK")
                .setWatermark(micros(30))
                .setReach(micros(-5))
                .setSeries(
                    List.of(
                        series(name(0), new Pane(micros(10), 2L, 1e16, 1.0, 1e16, 1.0)),
                        series(name(1), new Pane(micros(0), 1L, 1.0, 1.0, 1.0, 0.0))))
                .build());
  }

  /** What stands in the features topic and in Redis may be anybody's. */
  @Test
  void shouldBearAnyBytes() {
    Panes panes = new Panes(features);
    for (int i = 0; i < 6; i++) {
      panes.add(0, 7 + 5 * i, 1e16);
      panes.add(1, 7 + 5 * i, 1);
    }
    List<byte[]> real =
        List.of(panes.encode("origin", "JFK", 30), new Panes(features).encode("origin", "LAX", 30));

    assertThat(real).allMatch(StoredPanes::isWhole);

    Fuzz.of("panes")
        .run(
            random -> random.nextInt(4) == 0 ? Mutation.noise(random) : Mutation.of(random, real),
            bytes -> {
              try {
                StoredPanes.watermark(bytes, 0, bytes.length);
                boolean unused = StoredPanes.isWhole(bytes);
                StoredPanes stored = StoredPanes.decode(features, bytes, 0, bytes.length);
                stored.panes().valuesAt(30, new Object[features.features().size()]);
              } catch (IllegalArgumentException refused) {
                assertThat(refused).isNotNull();
              }
            });
  }

  @Test
  void shouldDropUnknownSeriesAndStartNewOnesEmptyWhenFeaturesChanged() {
    Panes panes = new Panes(features);
    panes.add(0, 7, 3);
    panes.add(1, 7, 1);
    EntityFeatures changed = Fixtures.features(List.of(LATE_COARSE, DELAY));

    Panes read = decode(changed, panes.encode("origin", "JFK", 0));

    assertThat(read.value(0, 20)).isEqualTo(0L);
    assertThat(read.reaches(0, 20)).isFalse();
    assertThat(read.value(1, 20)).isEqualTo(3.0);
    assertThat(read.reaches(1, 20)).isTrue();
  }

  /** By hand: a window of 30 in panes of 5 that is asked for at 45 needs those from 20 on. */
  @Test
  void shouldKeepFromWhenASeriesIsWhole() {
    Panes panes = new Panes(features);
    panes.add(0, 21, 3);
    panes.lacks(0, 15);

    Panes read = decode(features, panes.encode("origin", "JFK", 0));

    assertThat(read.value(0, 45)).isEqualTo(3.0);
    assertThat(read.reaches(0, 45)).isTrue();
    assertThat(read.reaches(0, 44)).isFalse();
    assertThat(read.reaches(1, 44)).isTrue();
  }

  /** A window that is asked for anew has dropped nothing, the others what they have. */
  @Test
  void shouldKeepWhatEachSeriesHasDropped() {
    Panes panes = new Panes(features);
    panes.add(0, 7, 3);
    panes.add(1, 7, 1);
    panes.evictTo(1, 5);
    panes.lacks(1, 20);

    Panes read = decode(features, panes.encode("origin", "JFK", 0));

    assertThat(read.evictedTo(0)).isEqualTo(Long.MIN_VALUE);
    assertThat(read.evictedTo(1)).isEqualTo(5);
    assertThat(read.lackingTo(1)).isEqualTo(20);
    assertThat(read.value(0, 20)).isEqualTo(3.0);
    assertThat(read.value(1, 20)).isEqualTo(1L);
    assertThat(read.add(1, 5, 1)).isFalse();
  }

  /** In an older form features of all windows share a series. */
  @Test
  void shouldReadASeriesOfAnyWindowAsThatOfEach() throws IOException {
    EntityFeatures both =
        Fixtures.features(List.of(DELAY, Fixtures.feature(Aggregate.MAX, "delay", 60, 5)));
    assertThat(both.series()).hasSize(2);
    FeaturePanes older =
        FeaturePanes.newBuilder()
            .setEntity("origin")
            .setKey("JFK")
            .setWatermark(micros(30))
            .setReach(micros(-40))
            .setSeries(
                List.of(
                    series(
                        both.series().get(0).ofAnyWindow().name(),
                        new Pane(micros(-30), 1L, 7.0, 7.0, 7.0, 0.0),
                        new Pane(micros(10), 1L, 3.0, 3.0, 3.0, 0.0))))
            .build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = new EncoderFactory().binaryEncoder(out, null);
    new SpecificDatumWriter<>(FeaturePanes.class).write(older, encoder);
    encoder.flush();

    Panes read = decode(both, out.toByteArray());

    assertThat(read.value(0, 20)).isEqualTo(3.0);
    assertThat(read.value(1, 20)).isEqualTo(7.0);
    assertThat(read.reaches(1, 20)).isTrue();
    assertThat(read.evictedTo(1)).isEqualTo(-40);
  }

  @Test
  void shouldFailWhenBytesEndTooEarly() {
    Panes panes = new Panes(features);
    panes.add(0, 7, 3);
    byte[] bytes = panes.encode("origin", "JFK", 0);

    assertThatThrownBy(() -> decode(features, Arrays.copyOf(bytes, bytes.length - 5)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldReadWhatAvroWrites() throws IOException {
    FeaturePanes record =
        FeaturePanes.newBuilder()
            .setEntity("origin")
            .setKey("Zürich ✈")
            .setWatermark(micros(Long.MAX_VALUE))
            .setReach(micros(Long.MIN_VALUE))
            .setSeries(
                List.of(
                    series("unknown", new Pane(micros(5), 1L, 1.0, 1.0, 1.0, 0.0)),
                    series(
                        features.series().get(0).ofAnyWindow().name(),
                        new Pane(micros(-5), 300L, -1.5, -2.0, 7.0, 0.0),
                        new Pane(micros(20), 1L, 4.0, 4.0, 4.0, 1e-20))))
            .build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = new EncoderFactory().blockingBinaryEncoder(out, null);
    new SpecificDatumWriter<>(FeaturePanes.class).write(record, encoder);
    encoder.flush();

    StoredPanes read = StoredPanes.decode(features, out.toByteArray(), 0, out.size());

    assertThat(read.key()).isEqualTo("Zürich ✈");
    assertThat(read.watermark()).isEqualTo(Long.MAX_VALUE);
    assertThat(StoredPanes.watermark(out.toByteArray(), 0, out.size())).isEqualTo(Long.MAX_VALUE);
    assertThat(read.panes().evictedTo(0)).isEqualTo(Long.MIN_VALUE);
    assertThat(read.panes().value(0, 20)).isEqualTo(2.5);
    assertThat(read.panes().value(1, 20)).isEqualTo(0L);
  }

  private static Panes decode(EntityFeatures features, byte[] bytes) {
    return Panes.decode(features, bytes, 0, bytes.length);
  }

  private static Series series(String field, Pane... panes) {
    return new Series(field, 5L, List.of(panes));
  }

  private String name(int series) {
    return features.series().get(series).name();
  }

  private static Instant micros(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
