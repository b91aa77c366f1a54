package io.millrace.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import org.apache.avro.specific.AvroGenerated;
import org.jspecify.annotations.NullMarked;

/** What the folders promise, as rules over the compiled classes. */
final class Rules {
  static final String[] SERVICES = {"ingest", "validator", "transformer"};

  /** Code that would be the same without a broker, a server or a framework. */
  private static final String[] PLAIN = {
    "io.millrace.contracts..",
    "io.millrace.artifacts..",
    "io.millrace.features.panes..",
    "io.millrace.messaging.watermarks..",
    "io.millrace.validator.checks..",
    "io.millrace.validator.clocks..",
    "io.millrace.validator.duplicates.."
  };

  private static final String[] FRAMEWORKS = {
    "io.quarkus..",
    "jakarta..",
    "org.eclipse.microprofile..",
    "io.smallrye..",
    "io.vertx..",
    "org.apache.kafka..",
    "io.lettuce.."
  };

  static final ArchRule LAYERS =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.millrace..")
          .layer("contracts")
          .definedBy("io.millrace.contracts..")
          .layer("libs")
          .definedBy("io.millrace.messaging..", "io.millrace.artifacts..", "io.millrace.features..")
          .layer("services")
          .definedBy("io.millrace.ingest..", "io.millrace.validator..", "io.millrace.transformer..")
          .layer("local")
          .definedBy("io.millrace.local..")
          .whereLayer("local")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("services")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("libs")
          .mayOnlyBeAccessedByLayers("services", "local")
          .because("what services agree on must not change because one of them does");

  static final ArchRule PLAIN_CODE_KNOWS_NO_FRAMEWORK =
      noClasses()
          .that()
          .resideInAnyPackage(PLAIN)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FRAMEWORKS)
          .because("what decides is tested without a broker, and outlives the framework");

  static final ArchRule PLAIN_CODE_KNOWS_NO_CLOCK =
      noClasses()
          .that()
          .resideInAnyPackage(PLAIN)
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone")
          .because("event time decides, so that a replay gives what the day itself gave");

  static final ArchRule LIBRARIES_KNOW_NO_QUARKUS =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.millrace.messaging..", "io.millrace.artifacts..", "io.millrace.features..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.quarkus..")
          .because("the command line and the tests use them without a container");

  static final ArchRule NOBODY_PRINTS =
      noClasses()
          .that(not(resideInAnyPackage("io.millrace.local..")))
          .should(ACCESS_STANDARD_STREAMS)
          .because("a service speaks through its log, with a level and a place");

  static final ArchRule ONE_LOGGER =
      noClasses()
          .should(USE_JAVA_UTIL_LOGGING)
          .because("all log through SLF4J, so that one setting governs them");

  static final ArchRule CONSTRUCTORS_INJECT =
      NO_CLASSES_SHOULD_USE_FIELD_INJECTION.because(
          "a class that is complete once constructed needs no container in its test");

  static final ArchRule NAMES_SAY_WHAT =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Abstract|Base|Common|Misc)")
          .because("such a name says that nobody knew what belongs in there");

  static final ArchRule NO_CYCLES =
      slices()
          .matching("io.millrace.(*).(*)..")
          .should()
          .beFreeOfCycles()
          .because("two packages that need each other are one");

  static final ArchRule NULL_MARKED =
      classes()
          .that()
          .areNotAnnotatedWith(AvroGenerated.class)
          .and(not(isMadeByAvro()))
          .should(new InANullMarkedPackage())
          .because("NullAway checks what is marked and nothing else");

  private Rules() {}

  /** No service but itself may use it. */
  static ArchRule ofItsOwn(String service) {
    return noClasses()
        .that()
        .resideOutsideOfPackage("io.millrace." + service + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.millrace." + service + "..")
        .because("services agree through topics, so that each can be stopped and changed alone");
  }

  private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> isMadeByAvro() {
    return com.tngtech.archunit.base.DescribedPredicate.describe(
        "are made by Avro",
        type ->
            type.getEnclosingClass()
                .map(outer -> outer.isAnnotatedWith(AvroGenerated.class))
                .orElse(false));
  }

  private static final class InANullMarkedPackage extends ArchCondition<JavaClass> {
    InANullMarkedPackage() {
      super("be in a package that is @NullMarked");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
      events.add(
          new SimpleConditionEvent(
              type,
              marked,
              type.getName() + (marked ? " is" : " is not") + " in a marked package"));
    }
  }
}
