package io.millrace.local.system;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Ports;
import io.millrace.local.process.Launch;
import java.net.URI;
import java.util.List;

/**
 * Apicurio Registry on an H2 file: schema ids are in every record of the log, so they have to
 * survive with it.
 */
final class Registry {
  static final String NAME = "registry";

  private Registry() {}

  static Component component(Installation installation, Home home, Ports ports) {
    // H2 writes half a second late by default; an id that was handed out must not be lost by a kill
    String url = "jdbc:h2:file:" + home.data(NAME).resolve("registry") + ";WRITE_DELAY=0";
    Launch launch =
        new Launch(
            NAME,
            ports.registry(),
            List.of(
                Installation.java(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dapicurio.storage.kind=sql",
                "-Dapicurio.storage.sql.kind=h2",
                "-Dapicurio.datasource.url=" + url,
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + ports.registry(),
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + ports.registryManagement(),
                "-jar",
                installation.registryJar().toString()),
            home.data(NAME),
            home.log(NAME));
    return new Component(
        launch,
        Component.Preparation.none(),
        new HttpHealth(
            URI.create("http://localhost:" + ports.registryManagement() + "/health/ready")));
  }
}
