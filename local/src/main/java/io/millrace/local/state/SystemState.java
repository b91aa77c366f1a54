package io.millrace.local.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.machine.Home;
import io.millrace.local.process.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What runs, as {@code system.json} tells other commands.
 *
 * @param supervisor the process that started the others and stops them
 * @param ready whether all of it has been ready once
 * @param leastDisk what has to be free for events to be taken, in bytes
 */
public record SystemState(
    ProcessIdentity supervisor,
    int portBase,
    boolean ready,
    long leastDisk,
    List<Running> processes) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One child; in the order of starting.
   *
   * @param restarts how often it has died and was started again
   * @param failed whether it is dead and is not started any more
   */
  public record Running(
      String name, ProcessIdentity identity, int port, String log, int restarts, boolean failed) {}

  public SystemState {
    processes = List.copyOf(processes);
  }

  /** Whether the supervisor or any child of it is still there. */
  public boolean isAlive() {
    return supervisor.find().isPresent()
        || processes.stream().anyMatch(process -> process.identity().find().isPresent());
  }

  /** The state of the system of that folder; empty when none was started or it was stopped. */
  public static Optional<SystemState> read(Home home) {
    try {
      return Optional.of(parse(JSON.readTree(Files.readAllBytes(home.stateFile()))));
    } catch (java.nio.file.NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(home.stateFile() + " cannot be read", e);
    }
  }

  /** Replaces the file as a whole, so that a reader never sees half of it. */
  public void write(Home home) {
    ObjectNode root = JSON.createObjectNode();
    root.set("supervisor", json(supervisor));
    root.put("portBase", portBase);
    root.put("ready", ready);
    root.put("leastDisk", leastDisk);
    ArrayNode list = root.putArray("processes");
    for (Running process : processes) {
      ObjectNode node = list.addObject();
      node.put("name", process.name());
      node.setAll(json(process.identity()));
      node.put("port", process.port());
      node.put("log", process.log());
      node.put("restarts", process.restarts());
      node.put("failed", process.failed());
    }
    try {
      Files.createDirectories(home.folder());
      Path fresh = home.folder().resolve("system.json.new");
      JSON.writerWithDefaultPrettyPrinter().writeValue(fresh.toFile(), root);
      Files.move(
          fresh,
          home.stateFile(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forgets the system. */
  public static void delete(Home home) {
    try {
      Files.deleteIfExists(home.stateFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SystemState parse(JsonNode root) {
    List<Running> processes = new ArrayList<>();
    for (JsonNode node : root.path("processes")) {
      processes.add(
          new Running(
              node.path("name").asText(),
              identity(node),
              node.path("port").asInt(),
              node.path("log").asText(),
              node.path("restarts").asInt(),
              node.path("failed").asBoolean()));
    }
    return new SystemState(
        identity(root.path("supervisor")),
        root.path("portBase").asInt(),
        root.path("ready").asBoolean(),
        root.path("leastDisk").asLong(),
        processes);
  }

  private static ProcessIdentity identity(JsonNode node) {
    return new ProcessIdentity(
        node.path("pid").asLong(), Instant.parse(node.path("startedAt").asText()));
  }

  private static ObjectNode json(ProcessIdentity identity) {
    return JSON.createObjectNode()
        .put("pid", identity.pid())
        .put("startedAt", identity.startedAt().toString());
  }
}
