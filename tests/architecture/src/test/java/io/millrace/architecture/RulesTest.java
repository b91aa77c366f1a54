package io.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.features.wrong.WrongLibrary;
import io.millrace.validator.checks.WrongCheckUtil;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that can't fail holds nothing: each one is broken on purpose by two wrong classes. */
class RulesTest {
  private static final JavaClasses WRONG =
      new ClassFileImporter().importClasses(WrongCheckUtil.class, WrongLibrary.class);

  static Stream<ArchRule> rules() {
    return Stream.of(
        Rules.ofItsOwn("validator"),
        Rules.LAYERS,
        Rules.PLAIN_CODE_KNOWS_NO_FRAMEWORK,
        Rules.PLAIN_CODE_KNOWS_NO_CLOCK,
        Rules.LIBRARIES_KNOW_NO_QUARKUS,
        Rules.NOBODY_PRINTS,
        Rules.ONE_LOGGER,
        Rules.CONSTRUCTORS_INJECT,
        Rules.NAMES_SAY_WHAT,
        Rules.NO_CYCLES,
        Rules.NULL_MARKED);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldFailOnAWrongClass(ArchRule rule) {
    assertThat(rule.allowEmptyShould(true).evaluate(WRONG).hasViolation())
        .as(rule.getDescription())
        .isTrue();
  }
}
