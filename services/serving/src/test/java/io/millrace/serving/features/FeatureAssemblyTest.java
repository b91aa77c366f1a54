package io.millrace.serving.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.limits.Limit;
import io.millrace.features.online.OnlineStore;
import io.millrace.serving.Flights;
import io.millrace.serving.protocol.InferenceException;
import io.millrace.serving.protocol.RequestColumns;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With the store away; what it gives is in the tests with a real one. */
class FeatureAssemblyTest {
  private static final OnlineStore AWAY = new OnlineStore(URI.create("redis://localhost:1"));
  private static final List<String> INPUTS = List.of("miles", "hour", "origin", "origin_delay_1h");
  private static final FeatureAssembly FEATURES = Flights.served(AWAY).features(1);

  @AfterAll
  static void close() {
    AWAY.close();
  }

  @Test
  void shouldDeriveFeaturesAndLeaveWindowedOnesMissingWhileTheStoreIsAway() {
    FeatureRows rows = complete(example());

    assertThat(rows.column("hour")).containsExactly(13L, null);
    assertThat(rows.column("miles")).containsExactly(475L, null);
    assertThat(rows.column("origin_delay_1h")).containsExactly(null, null);
    assertThat(rows.states())
        .containsOnlyKeys("origin_delay_1h")
        .containsValue(List.of(FeatureState.UNAVAILABLE, FeatureState.UNAVAILABLE));
    assertThat(rows.times())
        .containsExactly(
            OptionalLong.of(Flights.micros("2001-01-10T13:00:00Z")), OptionalLong.empty());
  }

  @Test
  void shouldTakeWhatIsGivenInPlaceOfWhatItWouldMake() {
    Map<String, List<Object>> given = example();
    given.put("origin_delay_1h", Arrays.asList(12L, null));
    given.put("hour", List.of(7L, 8.0));

    FeatureRows rows = complete(given);

    assertThat(rows.column("origin_delay_1h")).containsExactly(12.0, null);
    assertThat(rows.column("hour")).containsExactly(7L, 8L);
    assertThat(rows.states().get("origin_delay_1h"))
        .containsExactly(FeatureState.GIVEN, FeatureState.GIVEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"miles", "departure", "origin"})
  void shouldNameTheFieldThatIsMissing(String field) {
    Map<String, List<Object>> given = example();
    given.remove(field);

    assertRefused(given, ErrorCode.MISSING_INPUT, field);
  }

  @Test
  void shouldNotAskForWhatIsNotNeeded() {
    Map<String, List<Object>> given = new LinkedHashMap<>();
    for (String input : INPUTS) {
      given.put(input, new ArrayList<>(Arrays.asList(null, null)));
    }

    assertThat(complete(given).rows()).isEqualTo(2);
  }

  @Test
  void shouldNameTheFieldThatIsUnknown() {
    Map<String, List<Object>> given = example();
    given.put("orgin", List.of("JFK", "JFK"));

    assertRefused(given, ErrorCode.UNKNOWN_INPUT, "orgin");
  }

  @Test
  void shouldRefuseALabelAsAnInput() {
    Map<String, List<Object>> given = example();
    given.put("late", List.of(true, false));

    assertRefused(given, ErrorCode.UNKNOWN_INPUT, "late");
  }

  @ParameterizedTest
  @MethodSource
  void shouldTakeAnyNumberThatKeepsItsMeaning(String field, Object given, Object expected) {
    Map<String, List<Object>> request = example();
    request.put(field, Arrays.asList(given, null));

    assertThat(complete(request).column(field)).containsExactly(expected, null);
  }

  static List<Object[]> shouldTakeAnyNumberThatKeepsItsMeaning() {
    long noon = Flights.micros("2001-01-10T12:00:00Z");
    return List.of(
        new Object[] {"miles", 3.0, 3L},
        new Object[] {"fuel", 3L, 3.0},
        new Object[] {"heavy", 1L, true},
        new Object[] {"heavy", 0.0, false},
        new Object[] {"heavy", true, true},
        new Object[] {"departure", noon / 1000, noon},
        new Object[] {"departure", (double) (noon / 1000), noon},
        new Object[] {"departure", "2001-01-10T12:00:00Z", noon},
        new Object[] {"departure", "2001-01-10 12:00:00", noon},
        new Object[] {"departure", "2001-01-10T07:00:00-05:00", noon});
  }

  @ParameterizedTest
  @MethodSource
  void shouldRefuseAValueOfAnotherType(String field, Object given) {
    Map<String, List<Object>> request = example();
    request.put(field, Arrays.asList(null, given));

    assertRefused(request, ErrorCode.WRONG_DATATYPE, field + ", row 1");
  }

  static List<Object[]> shouldRefuseAValueOfAnotherType() {
    return List.of(
        new Object[] {"miles", 3.5},
        new Object[] {"miles", 1e19},
        new Object[] {"miles", "3"},
        new Object[] {"miles", true},
        new Object[] {"fuel", "3"},
        new Object[] {"heavy", 2L},
        new Object[] {"heavy", "true"},
        new Object[] {"origin", 3L},
        new Object[] {"departure", "noon"},
        new Object[] {"departure", Long.MAX_VALUE},
        new Object[] {"departure", true});
  }

  /** Twice in its prediction, a longer one might make a record that no topic takes. */
  @Test
  void shouldRefuseAnIdThatIsTooLongForAKey() {
    int most = Limit.KEY_FIELD_CHARACTERS.most();
    FeatureAssembly features =
        new FeatureAssembly(
            new FeaturePlan(Flights.ofTextIds()),
            new WindowedRead(Flights.ofTextIds(), AWAY, Duration.ofMillis(500)));
    Map<String, List<Object>> given = example();

    given.put("flight_id", Arrays.asList("i".repeat(most), null));
    assertThat(features.complete(new RequestColumns(2, given), INPUTS).rows()).isEqualTo(2);

    given.put("flight_id", Arrays.asList(null, "i".repeat(most + 1)));
    assertThatThrownBy(() -> features.complete(new RequestColumns(2, given), INPUTS))
        .hasMessageContaining("flight_id, row 1: 1025 characters")
        .asInstanceOf(type(InferenceException.class))
        .extracting(InferenceException::code)
        .isEqualTo(ErrorCode.STRING_TOO_LONG);
  }

  @Test
  void shouldRefuseAList() {
    Map<String, List<Object>> given = example();
    given.put("stops", List.of("ORD", "DEN"));

    assertRefused(given, ErrorCode.WRONG_SHAPE, "stops");
  }

  private static void assertRefused(
      Map<String, List<Object>> given, ErrorCode code, String message) {
    assertThatThrownBy(() -> complete(given))
        .hasMessageContaining(message)
        .asInstanceOf(type(InferenceException.class))
        .extracting(InferenceException::code)
        .isEqualTo(code);
  }

  private static FeatureRows complete(Map<String, List<Object>> columns) {
    return FEATURES.complete(new RequestColumns(2, columns), INPUTS);
  }

  /** Two rows, the second one with nothing known. */
  private static Map<String, List<Object>> example() {
    Map<String, List<Object>> columns = new LinkedHashMap<>();
    columns.put("origin", Arrays.asList("JFK", null));
    columns.put("departure", Arrays.asList("2001-01-10T13:00:00Z", null));
    columns.put("miles", Arrays.asList(475L, null));
    return columns;
  }
}
