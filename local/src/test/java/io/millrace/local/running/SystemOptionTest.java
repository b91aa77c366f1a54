package io.millrace.local.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Service;
import io.millrace.local.terminal.CommandFailedException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class SystemOptionTest {
  @TempDir Path folder;

  @Command
  private static final class Question {
    @Mixin private final SystemOption which = new SystemOption();
  }

  @BeforeEach
  void nameBrokerAndRegistry() throws Exception {
    Files.writeString(
        new Home(folder).config("application.properties"),
        "kafka.bootstrap.servers=broker:9092\nmillrace.registry.url=http://registry:8080\n");
  }

  @Test
  void shouldFindServicesAtTheirUsualPortsOfOneMachine() {
    RunningSystem system = system("--against", "https://desk.example.org/");

    assertThat(system.instances(Service.SERVING))
        .containsExactly(URI.create("https://desk.example.org:8501"));
    assertThat(system.instances(Service.INGEST))
        .containsExactly(URI.create("https://desk.example.org:8081"));
    assertThat(system.kafka().connection()).containsEntry("bootstrap.servers", "broker:9092");
    assertThat(system.hasOwnBroker()).isFalse();
    assertThat(system.disk().hasRoom()).isTrue();
  }

  @Test
  void shouldFindThemWhereEachIsSaidToBe() {
    RunningSystem system =
        system(
            "--against", "http://localhost,serving=http://one:1,serving=http://two:2",
            "--against", "monitor=http://page");

    assertThat(system.instances(Service.SERVING))
        .containsExactly(URI.create("http://one:1"), URI.create("http://two:2"));
    assertThat(system.instances(Service.MONITOR)).containsExactly(URI.create("http://page"));
    assertThat(system.instances(Service.TRAINER))
        .containsExactly(URI.create("http://localhost:8084"));
  }

  @Test
  void shouldKnowNothingOfServicesThatAreNotNamed() {
    assertThat(system("--against", "ingest=http://ingest:8081").instances(Service.SERVING))
        .isEmpty();
  }

  @Test
  void shouldRefuseWhatIsNoAddress() {
    for (String wrong :
        List.of(
            "localhost",
            "localhost:8081",
            "ftp://a",
            "http:",
            "ingest=",
            "",
            "http://a/b",
            "ingest=http://a/b")) {
      assertThatThrownBy(() -> system("--against", wrong))
          .as(wrong)
          .isInstanceOf(ParameterException.class)
          .hasMessageContaining("is no address such as http://localhost");
    }
    assertThatThrownBy(() -> system("--against", "http://localhost:8081"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("has a port, and each service has its own; name them");
    assertThatThrownBy(() -> system("--against", "engine=http://a"))
        .hasMessageContaining("there is no service 'engine'");
  }

  @Test
  void shouldSayWhatElseHasToBeNamed() throws Exception {
    Files.delete(new Home(folder).config("application.properties"));

    assertThatThrownBy(() -> system("--against", "http://localhost"))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageStartingWith("SETTINGS_MISSING: ")
        .hasMessageContaining(
            "set KAFKA_BOOTSTRAP_SERVERS (or MILLRACE_KAFKA_CONFIG, a file that names them),"
                + " MILLRACE_REGISTRY_URL; in the environment, or as settings in "
                + new Home(folder).config("application.properties"));
  }

  @Test
  void shouldBeInAClusterWhereOneIsNamed() {
    assertThat(question().which.isInCluster()).isFalse();
    assertThat(question("--context", "").which.isInCluster()).isTrue();
    assertThat(question("--namespace", "millrace").which.isInCluster()).isTrue();
    assertThatThrownBy(
            () -> question("--context=a", "--against=http://localhost").which.isInCluster())
        .isInstanceOf(ParameterException.class)
        .hasMessage("--against is for a system that is not in a cluster");
  }

  private RunningSystem system(String... arguments) {
    return question(arguments).which.system();
  }

  private Question question(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--home", folder.toString()));
    all.addAll(List.of(arguments));
    Question question = new Question();
    new CommandLine(question).parseArgs(all.toArray(String[]::new));
    return question;
  }
}
