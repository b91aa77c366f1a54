package io.millrace.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.architecture.Modules.Layer;
import io.millrace.architecture.Modules.Module;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.millrace");

  static Stream<ArchRule> rules() {
    return Stream.of(
            Layers.rules(),
            Modules.ALL.stream()
                .filter(module -> module.layer() == Layer.SERVICES)
                .map(Layers::keptToItself)
                .toList(),
            PlainCode.rules(),
            Habits.rules())
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldHold(ArchRule rule) {
    rule.check(CLASSES);
  }

  @Test
  void shouldSeeEveryModuleOfTheBuild() {
    assertThat(Modules.ALL)
        .as("each is a dependency of tests/architecture and has classes in its package")
        .isNotEmpty()
        .allMatch(module -> hasClassesIn(module.packages()));
  }

  @Test
  void shouldSeeNothingThatIsInNoModule() {
    List<String> known = Modules.ALL.stream().map(Module::packages).toList();

    assertThat(CLASSES.stream().filter(type -> known.stream().noneMatch(in -> isIn(type, in))))
        .isEmpty();
  }

  @Test
  void shouldFindAllPlainCodeThatIsNamed() {
    assertThat(PlainCode.PACKAGES).allMatch(name -> hasClassesIn(name + ".."));
    assertThat(PlainCode.CLASSES).allMatch(CLASSES::contain);
  }

  private static boolean hasClassesIn(String packages) {
    return CLASSES.stream().anyMatch(type -> isIn(type, packages) && !isPackageInfo(type));
  }

  private static boolean isIn(JavaClass type, String packages) {
    return resideInAPackage(packages).test(type);
  }

  private static boolean isPackageInfo(JavaClass type) {
    return type.getSimpleName().equals("package-info");
  }
}
