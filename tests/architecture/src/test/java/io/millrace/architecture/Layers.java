package io.millrace.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.millrace.architecture.Modules.Layer;
import java.util.List;
import java.util.Set;

/** Who may know whom: services → libs → contracts. */
final class Layers {
  static final ArchRule CONTRACTS_KNOW_NOBODY =
      noClasses()
          .that()
          .resideInAnyPackage(Modules.packagesOf(Layer.CONTRACTS))
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.millrace..")
                  .and(resideOutsideOfPackages(Modules.packagesOf(Layer.CONTRACTS))))
          .because("what services agree on must not change because one of them does");

  static final ArchRule LIBS_KNOW_NO_USER =
      noClasses()
          .that()
          .resideInAnyPackage(Modules.packagesOf(Layer.LIBS))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(Modules.packagesOf(Layer.SERVICES))
                  .or(resideInAnyPackage(Modules.packagesOf(Layer.LOCAL)))
                  .or(resideInAnyPackage(Modules.packagesOf(Layer.TESTKIT))))
          .because("a library that knows one of its users serves only that one");

  static final ArchRule SERVICES_STAND_ALONE =
      noClasses()
          .that()
          .resideInAnyPackage(Modules.packagesOf(Layer.SERVICES))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(Modules.packagesOf(Layer.LOCAL))
                  .or(resideInAnyPackage(Modules.packagesOf(Layer.TESTKIT))))
          .because("a service runs where there is neither our command line nor our tests");

  static final ArchRule LOCAL_KNOWS_NO_TESTKIT =
      noClasses()
          .that()
          .resideInAnyPackage(Modules.packagesOf(Layer.LOCAL))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(Modules.packagesOf(Layer.TESTKIT))
          .because("what is judged must not know its judge");

  static final ArchRule ONLY_SERVICES_KNOW_QUARKUS =
      noClasses()
          .that(
              resideInAPackage("io.millrace..")
                  .and(resideOutsideOfPackages(Modules.packagesOf(Layer.SERVICES))))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.quarkus..")
          .because("the command line and the tests use the rest without a container");

  static final ArchRule MESSAGING_ALONE_KNOWS_KAFKA =
      noClasses()
          .that(
              resideInAnyPackage(Modules.packagesOf(Layer.LIBS))
                  .or(resideInAnyPackage(Modules.packagesOf(Layer.CONTRACTS)))
                  .and(resideOutsideOfPackage("io.millrace.messaging..")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka..")
          .because("panes, files and numbers are the same whoever carries them");

  static final ArchRule ONE_DOOR_TO_REDIS =
      noClasses()
          .that(resideOutsideOfPackage("io.millrace.features.online.."))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.lettuce..")
          .because("highest version wins only while every write goes through one script");

  /** Kafka Streams makes its own from what {@code messaging.streams} hands it. */
  static final ArchRule ONE_PLACE_MAKES_CLIENTS =
      noClasses()
          .that(
              resideOutsideOfPackages(
                  "io.millrace.messaging.clients..", "io.millrace.messaging.streams.."))
          .should()
          .callCodeUnitWhere(makesAClient())
          .because("a setting that one client lacks keeps the service out of a secured cluster");

  static final ArchRule ONE_LOOP_READS =
      noClasses()
          .that()
          .resideInAnyPackage(Modules.packagesOf(Layer.SERVICES))
          .should()
          .callCodeUnitWhere(polls())
          .because("a thread that ends at the first exception is written anew in every place");

  static final ArchRule NO_CYCLES =
      slices()
          .assignedFrom(new EachPackage())
          .should()
          .beFreeOfCycles()
          .because("two packages that need each other are one");

  private Layers() {}

  static List<ArchRule> rules() {
    return List.of(
        CONTRACTS_KNOW_NOBODY,
        LIBS_KNOW_NO_USER,
        SERVICES_STAND_ALONE,
        LOCAL_KNOWS_NO_TESTKIT,
        ONLY_SERVICES_KNOW_QUARKUS,
        MESSAGING_ALONE_KNOWS_KAFKA,
        ONE_DOOR_TO_REDIS,
        ONE_PLACE_MAKES_CLIENTS,
        ONE_LOOP_READS,
        NO_CYCLES);
  }

  private static DescribedPredicate<JavaCall<?>> makesAClient() {
    Set<String> makers =
        Set.of(
            "org.apache.kafka.clients.consumer.KafkaConsumer.<init>",
            "org.apache.kafka.clients.producer.KafkaProducer.<init>",
            "org.apache.kafka.clients.admin.Admin.create",
            "org.apache.kafka.clients.admin.AdminClient.create",
            "java.net.http.HttpClient.newBuilder",
            "java.net.http.HttpClient.newHttpClient");
    return DescribedPredicate.describe(
        "makes a client",
        call -> makers.contains(call.getTargetOwner().getName() + "." + call.getName()));
  }

  private static DescribedPredicate<JavaCall<?>> polls() {
    return DescribedPredicate.describe(
        "polls a consumer of Kafka",
        call ->
            call.getName().equals("poll")
                && call.getTargetOwner()
                    .isAssignableTo("org.apache.kafka.clients.consumer.Consumer"));
  }

  /** No other module may use a service's code. */
  static ArchRule keptToItself(Modules.Module service) {
    return noClasses()
        .that(resideInAPackage("io.millrace..").and(resideOutsideOfPackage(service.packages())))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(service.packages())
        .because(
            "services agree through topics, so that each can be stopped and changed alone, and a"
                + " judge that shares code with the judged shares its mistakes");
  }

  private static final class EachPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return type.getPackageName().startsWith("io.millrace")
          ? SliceIdentifier.of(type.getPackageName())
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "each package";
    }
  }
}
