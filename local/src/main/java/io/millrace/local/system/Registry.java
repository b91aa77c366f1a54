package io.millrace.local.system;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Ports;
import io.millrace.local.process.Launch;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Apicurio Registry on an H2 file: schema ids are in every record of the log, so they have to
 * survive with it.
 */
public final class Registry {
  static final String NAME = "registry";

  private Registry() {}

  static Component component(Installation installation, Home home, Ports ports) {
    Launch launch =
        new Launch(
            NAME,
            ports.registry(),
            command(installation.registryJar(), home, ports),
            home.data(NAME),
            home.log(NAME));
    return new Component(
        launch,
        () -> home.emptyUnpacked(NAME),
        new HttpHealth(
            URI.create("http://localhost:" + ports.registryManagement() + "/health/ready")));
  }

  private static List<String> command(Path jar, Home home, Ports ports) {
    List<String> command = new ArrayList<>();
    command.add(Installation.java());
    command.add("-Xmx256m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Djava.io.tmpdir=" + home.unpacked(NAME));
    command.addAll(storage(home.data(NAME)));
    command.add("-Dquarkus.http.host=127.0.0.1");
    command.add("-Dquarkus.http.port=" + ports.registry());
    command.add("-Dquarkus.management.host=127.0.0.1");
    command.add("-Dquarkus.management.port=" + ports.registryManagement());
    command.add("-jar");
    command.add(jar.toString());
    return command;
  }

  /**
   * Options of its JVM, for what is as it is wherever it runs.
   *
   * @param folder takes the file
   */
  public static List<String> storage(Path folder) {
    // H2 writes half a second late by default; an id that was handed out must not be lost by a kill
    String url = "jdbc:h2:file:" + folder.resolve("registry") + ";WRITE_DELAY=0";
    return List.of(
        "-Dapicurio.storage.kind=sql",
        "-Dapicurio.storage.sql.kind=h2",
        "-Dapicurio.rest.deletion.artifact.enabled=true", // else no pipeline is removed whole
        "-Dapicurio.datasource.url=" + url);
  }
}
