package io.millrace.local.running;

import io.millrace.local.cluster.ClusterOption;
import io.millrace.local.cluster.Parcel;
import io.millrace.local.cluster.ToolMemory;
import io.millrace.local.machine.Home;
import io.millrace.local.machine.HomeOption;
import io.millrace.local.machine.Service;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Which system a command speaks to: that of a folder, or one that was not started here. */
public final class SystemOption {
  @Mixin private final HomeOption where = new HomeOption();

  @Mixin private final ClusterOption cluster = new ClusterOption();

  @SuppressWarnings("NullAway.Init")
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--against",
      paramLabel = "URL",
      split = ",",
      converter = Place.class,
      description = {
        "A system that was not started here: where its services answer at their usual ports, such"
            + " as http://localhost, or where each does: ingest=http://ingest:8081,monitor=...",
        "Its broker and its registry are named by KAFKA_BOOTSTRAP_SERVERS and"
            + " MILLRACE_REGISTRY_URL, or in config/application.properties of the folder."
      })
  private List<At> against = new ArrayList<>();

  /**
   * @param service all of them, if empty
   */
  record At(Optional<Service> service, URI address) {}

  /** What {@code --against} takes. */
  static final class Place implements ITypeConverter<At> {
    @Override
    public At convert(String text) {
      int equals = text.indexOf('=');
      if (equals < 0) {
        URI address = address(text);
        if (address.getPort() != -1) {
          throw new TypeConversionException(
              "'%s' has a port, and each service has its own; name them: ingest=%1$s"
                  .formatted(text));
        }
        return new At(Optional.empty(), address);
      }
      String name = text.substring(0, equals);
      Service service =
          Service.named(name)
              .orElseThrow(() -> new TypeConversionException("there is no service '" + name + "'"));
      return new At(Optional.of(service), address(text.substring(equals + 1)));
    }

    private static URI address(String text) {
      try {
        URI address = new URI(text);
        if (address.getScheme() != null
            && address.getScheme().matches("https?")
            && address.getHost() != null
            && address.getPath().matches("/?")) {
          return address;
        }
      } catch (URISyntaxException e) {
        // said below
      }
      throw new TypeConversionException("'" + text + "' is no address such as http://localhost");
    }
  }

  /** Whether the system was not started here. */
  public boolean isElsewhere() {
    return !against.isEmpty();
  }

  /**
   * Whether it is in a cluster, where the command then runs as well.
   *
   * @throws ParameterException when it is said to be elsewhere too
   */
  public boolean isInCluster() {
    if (cluster.isGiven() && isElsewhere()) {
      throw new ParameterException(
          command.commandLine(), "--against is for a system that is not in a cluster");
    }
    return cluster.isGiven();
  }

  /**
   * Runs the command in the cluster.
   *
   * @param parcel the files that it names
   * @return its exit code
   */
  public int runInCluster(Parcel parcel, ToolMemory memory) {
    return cluster.run(command.commandLine(), parcel, memory);
  }

  /** The folder. */
  public Home home() {
    return where.home();
  }

  /**
   * Finds the system.
   *
   * @throws io.millrace.local.terminal.CommandFailedException when none runs in the folder, or the
   *     broker or the registry of one elsewhere is not named
   */
  public RunningSystem system() {
    return isElsewhere()
        ? RunningSystem.elsewhere(home(), this::instances)
        : RunningSystem.require(home());
  }

  /** The more exact wins. */
  private List<URI> instances(Service service) {
    List<URI> own =
        against.stream()
            .filter(at -> at.service().filter(service::equals).isPresent())
            .map(At::address)
            .toList();
    return (own.isEmpty() ? atUsualPort(service) : own)
        .stream().flatMap(address -> HostAddresses.each(address).stream()).toList();
  }

  private List<URI> atUsualPort(Service service) {
    return against.stream()
        .filter(at -> at.service().isEmpty())
        .map(at -> at.address().resolve("//" + at.address().getHost() + ":" + service.port()))
        .toList();
  }
}
