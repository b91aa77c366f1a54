package io.millrace.ingest.removal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BelongingsTest {
  private final Belongings flights =
      new Belongings("flights", Set.of("millrace.flights.by_hand", "airline.flights"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "millrace.flights.departures",
        "millrace.flights.examples",
        "millrace-validator-flights-ids-changelog",
        "millrace-transformer-flights-to-entity-repartition",
        "millrace-monitor-flights-judge-repartition"
      })
  void shouldOwnTopicsOfItsNameAndOfItsApplications(String topic) {
    assertThat(flights.hasTopic(topic)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "millrace.flights",
        "millrace.flights_2.departures",
        "millrace.flightsx.examples",
        "millrace.runs",
        "millrace.pipelines",
        "other.flights.examples",
        "airline.flights",
        "millrace.flights.by_hand",
        "millrace-validator-flights_2-ids-changelog",
        "millrace-validator-flights",
        "millrace-validator-flights-notes",
        "millrace-trainer-flights-ids-changelog",
        "__consumer_offsets"
      })
  void shouldOwnNoTopicOfAnotherNor(String topic) {
    assertThat(flights.hasTopic(topic)).isFalse();
  }

  @Test
  void shouldOwnItsGroupsAlone() {
    assertThat(flights.groups())
        .containsExactlyInAnyOrder(
            "millrace-validator-flights",
            "millrace-transformer-flights",
            "millrace-transformer-flights-parts",
            "millrace-transformer-flights-redis",
            "millrace-serving-flights",
            "millrace-monitor-flights");
  }

  @Test
  void shouldOwnFactsWhoseKeysBeginWithItsName() {
    assertThat(flights.hasFact("flights/3".getBytes(UTF_8))).isTrue();
    assertThat(flights.hasFact("flights@champion/1".getBytes(UTF_8))).isTrue();
    assertThat(flights.hasFact("flights_2/3".getBytes(UTF_8))).isFalse();
    assertThat(flights.hasFact("flights_2@champion/1".getBytes(UTF_8))).isFalse();
    assertThat(flights.hasFact("flights".getBytes(UTF_8))).isFalse();
    assertThat(flights.hasFact("/flights/3".getBytes(UTF_8))).isFalse();
    assertThat(flights.hasFact(null)).isFalse();
  }

  @Test
  void shouldOwnNoSchemaOfATopicOfTheUsers() {
    assertThat(flights.hasSchema("millrace.flights.departures-value")).isTrue();
    assertThat(flights.hasSchema("millrace.flights_2.departures-value")).isFalse();
    assertThat(flights.hasSchema("millrace.flights.by_hand-value")).isFalse();
    assertThat(flights.hasSchema("airline.flights-value")).isFalse();
  }
}
