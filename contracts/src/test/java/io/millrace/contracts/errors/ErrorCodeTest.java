package io.millrace.contracts.errors;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.docs.Page;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {
  @Test
  void shouldBeAUrnInLowerCaseAsTheTypeOfAProblem() {
    assertThat(ErrorCode.TIME_IN_FUTURE.type()).isEqualTo("urn:millrace:error:time-in-future");
  }

  /** Only whoever asked is told more exactly; 4xx is for what won't go better by itself. */
  @Test
  void shouldHaveTheStatusOfItsFault() {
    assertThat(ErrorCode.values())
        .allSatisfy(
            code -> {
              if (code.fault() == Fault.USER) {
                assertThat(code.status()).isBetween(400, 499);
              } else {
                assertThat(code.status()).isEqualTo(code.fault().status());
              }
            });
  }

  @Test
  void shouldCallWhoeverRunsItWhereANeighbourRefuses() {
    assertThat(ErrorCode.values())
        .filteredOn(code -> code.name().endsWith("_REFUSED"))
        .isNotEmpty()
        .allSatisfy(code -> assertThat(code.fault()).isEqualTo(Fault.OPERATOR));
  }

  /** Meanings are written by hand; a new code needs one. */
  @Test
  void shouldEachStandInTheReferenceWithAMeaning() {
    Page page = Page.of("errors.md");
    Map<String, String> meanings = meanings(page.between("errors"));
    StringBuilder table =
        new StringBuilder("| code | fault | HTTP | meaning |\n|---|---|---|---|\n");
    for (ErrorCode code : ErrorCode.values()) {
      table.append(
          "| `%s` | %s | %d | %s |\n"
              .formatted(
                  code, code.fault(), code.status(), meanings.getOrDefault("`" + code + "`", "")));
    }

    page.shouldHold("errors", table.toString());
    assertThat(ErrorCode.values())
        .allSatisfy(code -> assertThat(meanings.get("`" + code + "`")).isNotBlank());
  }

  private static Map<String, String> meanings(String table) {
    Map<String, String> meanings = new HashMap<>();
    table
        .lines()
        .map(line -> line.split("\\|", -1))
        .filter(cells -> cells.length == 6)
        .forEach(cells -> meanings.put(cells[1].strip(), cells[4].strip()));
    return meanings;
  }
}
