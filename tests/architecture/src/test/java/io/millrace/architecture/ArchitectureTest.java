package io.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.millrace");

  static Stream<ArchRule> rules() {
    return Stream.concat(
        Arrays.stream(Rules.SERVICES).map(Rules::ofItsOwn),
        Stream.of(
            Rules.LAYERS,
            Rules.PLAIN_CODE_KNOWS_NO_FRAMEWORK,
            Rules.PLAIN_CODE_KNOWS_NO_CLOCK,
            Rules.LIBRARIES_KNOW_NO_QUARKUS,
            Rules.NOBODY_PRINTS,
            Rules.ONE_LOGGER,
            Rules.CONSTRUCTORS_INJECT,
            Rules.NAMES_SAY_WHAT,
            Rules.NO_CYCLES,
            Rules.NULL_MARKED));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldHold(ArchRule rule) {
    rule.check(classes);
  }

  @Test
  void shouldSeeEveryModule() {
    assertThat(classes.stream().map(type -> type.getPackageName().split("\\.")[2]).distinct())
        .contains("contracts", "messaging", "artifacts", "features", "local")
        .contains(Rules.SERVICES);
  }
}
