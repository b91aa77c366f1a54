package io.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.architecture.Modules.Layer;
import io.millrace.architecture.Modules.Module;
import io.millrace.artifacts.wrong.StoreInAContainer;
import io.millrace.artifacts.wrong.StoreInRedis;
import io.millrace.artifacts.wrong.StoreOfTheCommandLine;
import io.millrace.contracts.wrong.ContractOfAService;
import io.millrace.contracts.wrong.ContractOnTheWire;
import io.millrace.ingest.wrong.AbstractDoor;
import io.millrace.ingest.wrong.ConfiguredDoor;
import io.millrace.ingest.wrong.Door;
import io.millrace.ingest.wrong.DoorByReference;
import io.millrace.ingest.wrong.DoorByTheWallClock;
import io.millrace.ingest.wrong.DoorOfTheCommandLine;
import io.millrace.ingest.wrong.DoorThatPolls;
import io.millrace.ingest.wrong.DoorUtil;
import io.millrace.ingest.wrong.DoorWithItsOwnClients;
import io.millrace.ingest.wrong.InjectedDoor;
import io.millrace.ingest.wrong.LoggingDoor;
import io.millrace.ingest.wrong.PrintingDoor;
import io.millrace.ingest.wrong.util.Hinge;
import io.millrace.local.wrong.CommandOfTheJudge;
import io.millrace.validator.checks.wrong.CheckByChance;
import io.millrace.validator.checks.wrong.CheckByTheClock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that can't fail holds nothing: each one is broken here on purpose. */
class RulesTest {
  private static final ArchRule VALIDATOR_IS_KEPT_TO_ITSELF =
      Layers.keptToItself(new Module("services/validator", Layer.SERVICES));

  /** Classes that break a rule only together. */
  private record Broken(ArchRule rule, Class<?>... by) {
    @Override
    public String toString() {
      return Stream.of(by).map(Class::getSimpleName).toList() + ": " + rule.getDescription();
    }
  }

  static Stream<Broken> broken() {
    return Stream.of(
        new Broken(VALIDATOR_IS_KEPT_TO_ITSELF, ContractOfAService.class),
        new Broken(Layers.CONTRACTS_KNOW_NOBODY, ContractOfAService.class),
        new Broken(Layers.LIBS_KNOW_NO_USER, StoreOfTheCommandLine.class),
        new Broken(Layers.SERVICES_STAND_ALONE, DoorOfTheCommandLine.class),
        new Broken(Layers.LOCAL_KNOWS_NO_TESTKIT, CommandOfTheJudge.class),
        new Broken(Layers.ONLY_SERVICES_KNOW_QUARKUS, StoreInAContainer.class),
        new Broken(Layers.MESSAGING_ALONE_KNOWS_KAFKA, ContractOnTheWire.class),
        new Broken(Layers.ONE_DOOR_TO_REDIS, StoreInRedis.class),
        new Broken(Layers.ONE_PLACE_MAKES_CLIENTS, DoorWithItsOwnClients.ByHttp.class),
        new Broken(Layers.ONE_PLACE_MAKES_CLIENTS, DoorWithItsOwnClients.AsAdmin.class),
        new Broken(Layers.ONE_PLACE_MAKES_CLIENTS, DoorWithItsOwnClients.Reading.class),
        new Broken(Layers.ONE_PLACE_MAKES_CLIENTS, DoorWithItsOwnClients.Writing.class),
        new Broken(Layers.ONE_LOOP_READS, DoorThatPolls.class),
        new Broken(Layers.NO_CYCLES, Door.class, Hinge.class),
        new Broken(PlainCode.KNOWS_NO_FRAMEWORK, ContractOnTheWire.class),
        new Broken(PlainCode.KNOWS_NO_CLOCK, CheckByTheClock.class),
        new Broken(PlainCode.THROWS_NO_DICE, CheckByChance.class),
        new Broken(PlainCode.TIME_COMES_IN, DoorByTheWallClock.class),
        new Broken(PlainCode.TIME_COMES_IN, DoorByReference.class),
        new Broken(Habits.NOBODY_PRINTS, PrintingDoor.class),
        new Broken(Habits.ONE_LOGGER, LoggingDoor.class),
        new Broken(Habits.CONSTRUCTORS_INJECT, InjectedDoor.class),
        new Broken(Habits.CONSTRUCTORS_INJECT, ConfiguredDoor.class),
        new Broken(Habits.CLASSES_SAY_WHAT, DoorUtil.class),
        new Broken(Habits.CLASSES_SAY_WHAT, AbstractDoor.class),
        new Broken(Habits.PACKAGES_SAY_WHAT, Hinge.class),
        new Broken(Habits.NULL_MARKED, Door.class));
  }

  static Stream<ArchRule> rules() {
    return Stream.of(Layers.rules(), PlainCode.rules(), Habits.rules()).flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("broken")
  void shouldNameTheClassThatBreaksIt(Broken broken) {
    JavaClasses wrong = new ClassFileImporter().importClasses(broken.by());

    List<String> found =
        broken.rule().allowEmptyShould(true).evaluate(wrong).getFailureReport().getDetails();

    assertThat(String.join("\n", found))
        .contains(Stream.of(broken.by()).map(Class::getName).toList());
  }

  @Test
  void shouldBreakEveryRule() {
    assertThat(broken().map(Broken::rule)).containsAll(rules().toList());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldSayWhy(ArchRule rule) {
    assertThat(rule.getDescription()).contains(", because ");
  }

  @ParameterizedTest
  @MethodSource("rules")
  void shouldFailOverNoClasses(ArchRule rule) {
    JavaClasses none = new ClassFileImporter().importClasses();

    assertThatThrownBy(() -> rule.check(none)).isInstanceOf(AssertionError.class);
  }
}
