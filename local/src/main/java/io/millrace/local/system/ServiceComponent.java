package io.millrace.local.system;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Ports;
import io.millrace.local.machine.Service;
import io.millrace.local.process.Launch;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** One instance of one of our services. */
final class ServiceComponent {
  private static final int FEW_PROCESSORS = 2;

  private ServiceComponent() {}

  static Component component(Components of, Service service, int instance) {
    Home home = of.home();
    Ports ports = of.ports();
    String name = service.instanceName(instance);
    int port = ports.service(service, instance);
    List<String> command = new ArrayList<>();
    command.add("env");
    Service.ENVIRONMENT.forEach((variable, value) -> command.add(variable + "=" + value));
    command.add(Installation.java());
    command.add("-Xmx" + service.heap());
    if (Runtime.getRuntime().availableProcessors() <= FEW_PROCESSORS) {
      command.add("-XX:+UseSerialGC");
    }
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.io.tmpdir=" + home.unpacked(name));
    of.clients().own().forEach((setting, value) -> command.add("-D" + setting + "=" + value));
    if (of.clients().hasOwnArtifacts()) {
      command.add("-Dmillrace.artifacts.root=" + artifacts(home));
    }
    command.add("-Dmillrace.state.dir=" + home.data("state").resolve(name));
    command.add("-Dmillrace.instance=" + name);
    if (service == Service.INGEST) {
      command.add("-Dmillrace.ingest.least-free-bytes=" + of.leastDisk());
    }
    command.add("-Dquarkus.http.host=127.0.0.1");
    command.add("-Dquarkus.http.port=" + port);
    command.add("-jar");
    command.add(of.installation().serviceJar(service).toString());
    return new Component(
        new Launch(name, port, command, home.folder(), home.log(name)),
        () -> home.emptyUnpacked(name),
        new HttpHealth(URI.create("http://localhost:" + port + "/q/health/ready")));
  }

  /** A folder's URI has no slash at its end before the folder exists. */
  private static String artifacts(Home home) {
    String uri = home.data("artifacts").toUri().toString();
    return uri.endsWith("/") ? uri : uri + "/";
  }
}
