package io.millrace.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.architecture.Modules.Layer;
import java.util.List;
import java.util.Set;

/** Code that would be the same without a broker, a server or a framework. */
final class PlainCode {
  static final List<String> PACKAGES =
      List.of(
          "io.millrace.contracts",
          "io.millrace.evaluator.verdict",
          "io.millrace.features.panes",
          "io.millrace.messaging.models",
          "io.millrace.messaging.watermarks",
          "io.millrace.onnx",
          "io.millrace.serving.protocol",
          "io.millrace.statistics",
          "io.millrace.trainer.trees",
          "io.millrace.validator.checks",
          "io.millrace.validator.clocks",
          "io.millrace.validator.duplicates");

  /** Plain code that stands beside its adapters. */
  static final Set<String> CLASSES =
      Set.of(
          "io.millrace.ingest.events.EventReader",
          "io.millrace.monitor.history.PipelineHistory",
          "io.millrace.monitor.history.Swap",
          "io.millrace.transformer.online.OnlineRead",
          "io.millrace.transformer.parts.PartitionBuffer",
          "io.millrace.transformer.parts.RowBuffers",
          "io.millrace.transformer.stream.ExampleReader",
          "io.millrace.transformer.stream.FeatureValues",
          "io.millrace.transformer.stream.LabelReader",
          "io.millrace.transformer.stream.Pending",
          "io.millrace.transformer.stream.VectorEncoder");

  private static final String[] FRAMEWORKS = {
    "io.quarkus..",
    "jakarta..",
    "org.eclipse.microprofile..",
    "io.smallrye..",
    "io.micrometer..",
    "io.vertx..",
    "org.apache.kafka..",
    "io.lettuce..",
    "java.net.http..",
    "java.sql..",
    "org.duckdb.."
  };

  static final ArchRule KNOWS_NO_FRAMEWORK =
      noClasses()
          .that(arePlain())
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FRAMEWORKS)
          .because("what decides is tested without a broker, and outlives the framework");

  static final ArchRule KNOWS_NO_CLOCK =
      noClasses()
          .that(arePlain())
          .should()
          .accessTargetWhere(
              is("java\\.time\\.Clock\\.system.*")
                  .or(is("java\\.time\\.Clock\\.tick(Millis|Seconds|Minutes)"))
                  .or(is("java\\.lang\\.System\\.nanoTime")))
          .because("event time decides, so that a replay gives what the day itself gave");

  static final ArchRule THROWS_NO_DICE =
      noClasses()
          .that(arePlain())
          .should()
          .accessTargetWhere(
              is("java\\.lang\\.Math\\.random")
                  .or(is("java\\.util\\.UUID\\.randomUUID"))
                  .or(is("java\\.util\\.(Random|SplittableRandom)\\.<init>"))
                  .or(is("java\\.security\\.SecureRandom\\.<init>"))
                  .or(is("java\\.util\\.concurrent\\.ThreadLocalRandom\\.current")))
          .because("the same events must give the same answer after any restart");

  /** Beyond plain code: only the command line and the oracle, which live in real time. */
  static final ArchRule TIME_COMES_IN =
      noClasses()
          .that(
              resideOutsideOfPackages(Modules.packagesOf(Layer.LOCAL))
                  .and(resideOutsideOfPackages(Modules.packagesOf(Layer.TESTKIT))))
          .should()
          .accessTargetWhere(
              is("java\\.lang\\.System\\.currentTimeMillis")
                  .or(isNowWithoutAClock())
                  .or(is("java\\.util\\.Date\\.<init>")))
          .because(
              "a Clock that is handed in can be set by a test, and one that is reached for can't");

  private PlainCode() {}

  static List<ArchRule> rules() {
    return List.of(KNOWS_NO_FRAMEWORK, KNOWS_NO_CLOCK, THROWS_NO_DICE, TIME_COMES_IN);
  }

  private static DescribedPredicate<JavaClass> arePlain() {
    String[] packages = PACKAGES.stream().map(name -> name + "..").toArray(String[]::new);
    return resideInAnyPackage(packages)
        .or(
            DescribedPredicate.describe(
                "stand in the list of plain classes",
                type -> CLASSES.contains(type.getName().replaceFirst("\\$.*", ""))))
        .as("are plain code");
  }

  /** A call of, or a reference to, what bears this full name. */
  private static DescribedPredicate<JavaAccess<?>> is(String fullName) {
    return DescribedPredicate.describe(
        "the target is " + fullName, access -> fullNameOf(access).matches(fullName));
  }

  private static DescribedPredicate<JavaAccess<?>> isNowWithoutAClock() {
    return DescribedPredicate.describe(
        "the target is now() without a Clock",
        access ->
            fullNameOf(access).matches("java\\.time\\.\\w+\\.now")
                && access.getTarget() instanceof AccessTarget.CodeUnitAccessTarget now
                && now.getRawParameterTypes().stream()
                    .noneMatch(type -> type.isEquivalentTo(java.time.Clock.class)));
  }

  private static String fullNameOf(JavaAccess<?> access) {
    return access.getTargetOwner().getName() + "." + access.getTarget().getName();
  }
}
