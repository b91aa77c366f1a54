package io.millrace.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.architecture.Modules.Layer;
import java.util.List;
import org.apache.avro.specific.AvroGenerated;
import org.jspecify.annotations.NullMarked;

/** How code looks, whatever it does. */
final class Habits {
  static final ArchRule NOBODY_PRINTS =
      noClasses()
          .that(resideOutsideOfPackages(Modules.packagesOf(Layer.LOCAL)))
          .should(ACCESS_STANDARD_STREAMS)
          .because("a service speaks through its log, with a level and a place");

  static final ArchRule ONE_LOGGER =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.util.logging..",
              "org.jboss.logging..",
              "org.apache.logging..",
              "org.apache.commons.logging..")
          .because("all log through SLF4J, so that one setting governs them");

  static final ArchRule CONSTRUCTORS_INJECT =
      noFields()
          .should()
          .beAnnotatedWith("jakarta.inject.Inject")
          .orShould()
          .beAnnotatedWith("org.eclipse.microprofile.config.inject.ConfigProperty")
          .orShould()
          .beAnnotatedWith("org.eclipse.microprofile.reactive.messaging.Channel")
          .because("a class that is complete once constructed needs no container in its test");

  static final ArchRule CLASSES_SAY_WHAT =
      noClasses()
          .should()
          .haveNameMatching(
              ".*[.$]((Abstract|Base)[A-Z]\\w*|\\w*(Util|Utils|Helper|Helpers|Manager|Impl|Abstract|Base|Common|Misc))")
          .because("such a name says that nobody knew what belongs in there");

  static final ArchRule PACKAGES_SAY_WHAT =
      noClasses()
          .should()
          .resideInAnyPackage(
              "..util..", "..utils..", "..helper..", "..helpers..", "..common..", "..impl..")
          .because("packages are by feature, and none of these is one");

  static final ArchRule NULL_MARKED =
      classes()
          .that(not(areMadeByAvro()))
          .should(
              be(
                  describe(
                      "in a package whose package-info.java is @NullMarked",
                      type -> type.getPackage().isAnnotatedWith(NullMarked.class))))
          .because("NullAway checks what is marked and nothing else");

  private Habits() {}

  static List<ArchRule> rules() {
    return List.of(
        NOBODY_PRINTS,
        ONE_LOGGER,
        CONSTRUCTORS_INJECT,
        CLASSES_SAY_WHAT,
        PACKAGES_SAY_WHAT,
        NULL_MARKED);
  }

  private static DescribedPredicate<JavaClass> areMadeByAvro() {
    return describe(
        "are made by Avro",
        type ->
            type.isAnnotatedWith(AvroGenerated.class)
                || type.getEnclosingClass()
                    .map(outer -> outer.isAnnotatedWith(AvroGenerated.class))
                    .orElse(false));
  }
}
