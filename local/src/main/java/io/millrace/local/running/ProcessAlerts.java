package io.millrace.local.running;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.local.machine.Home;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.registry.RegistryUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Alerts about processes, in every pipeline that is applied, since each is concerned. They are
 * written on a thread of their own, as soon as broker and registry are there to take them.
 */
public final class ProcessAlerts implements AutoCloseable {
  private static final String BY = "up";
  private static final String PREFIX = "process/";
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(5);
  private static final int PATIENCE_MS = 10_000;

  /** That a process is not well. */
  public record Trouble(String process, ErrorCode code, String message) {}

  /** An alert as it was written last. */
  private record Told(String pipeline, String process) {}

  private final Home home;
  private final LinkedBlockingQueue<Runnable> changes = new LinkedBlockingQueue<>();
  private final Thread thread;

  /** All of these are used on the thread only. */
  private final Map<String, Trouble> wanted = new TreeMap<>();

  private final Map<Told, AlertEvent> told = new HashMap<>();
  private boolean knowsEarlier;

  public ProcessAlerts(Home home) {
    this.home = home;
    this.thread = Thread.ofPlatform().daemon().name("process-alerts").start(this::run);
  }

  /** Puts it in place of what was said of the process before. */
  public void raise(Trouble trouble) {
    changes.add(() -> wanted.put(trouble.process(), trouble));
  }

  /** It is well. */
  public void clear(String process) {
    changes.add(() -> wanted.remove(process));
  }

  private void run() {
    try {
      while (true) {
        Runnable change = changes.poll(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
        if (change != null) {
          change.run();
        }
        if (changes.isEmpty() && (!knowsEarlier || !wanted.isEmpty() || !told.isEmpty())) {
          write();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /** Writes what is not written yet; the next try does what this one cannot. */
  private void write() throws InterruptedException {
    try {
      RunningSystem system = RunningSystem.require(home);
      if (!knowsEarlier) {
        system.eachFact(ControlTopic.ALERTS, this::earlier);
        knowsEarlier = true;
      }
      Set<String> pipelines = AppliedPipeline.all(system).keySet();
      List<AlertEvent> events = new ArrayList<>();
      for (Trouble trouble : wanted.values()) {
        for (String pipeline : pipelines) {
          AlertEvent before = told.get(new Told(pipeline, trouble.process()));
          if (before == null || !before.getMessage().equals(trouble.message())) {
            events.add(event(pipeline, trouble));
          }
        }
      }
      told.forEach(
          (key, raised) -> {
            if (!wanted.containsKey(key.process())) {
              events.add(AlertEvent.newBuilder(raised).setCleared(true).setAt(now()).build());
            }
          });
      if (!events.isEmpty()) {
        send(system, events);
      }
      for (AlertEvent event : events) {
        earlier(event);
      }
    } catch (KafkaException | RegistryUnavailableException | CommandFailedException e) {
      // the broker or the registry is what has died, or has not come up yet
    }
  }

  /** Those that were raised before this one began are cleared by it, unless they are wanted. */
  private void earlier(AlertEvent event) {
    if (event.getBy().equals(BY) && event.getAlert().startsWith(PREFIX)) {
      Told key = new Told(event.getPipeline(), event.getAlert().substring(PREFIX.length()));
      if (event.getCleared()) {
        told.remove(key);
      } else {
        told.put(key, event);
      }
    }
  }

  private static AlertEvent event(String pipeline, Trouble trouble) {
    return AlertEvent.newBuilder()
        .setPipeline(pipeline)
        .setAlert(PREFIX + trouble.process())
        .setCode(trouble.code().name())
        .setMessage(trouble.message())
        .setEvidence("{}")
        .setCleared(false)
        .setBy(BY)
        .setAt(now())
        .build();
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  private static void send(RunningSystem system, List<AlertEvent> events)
      throws InterruptedException {
    ControlRecords<AlertEvent> records =
        ControlRecords.registered(ControlTopic.ALERTS, system.registry(), "/millrace/up");
    try (Producer<byte[], byte[]> producer =
        system
            .kafka()
            .producer(
                Map.of(
                    ProducerConfig.MAX_BLOCK_MS_CONFIG,
                    PATIENCE_MS,
                    ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                    PATIENCE_MS / 2,
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                    PATIENCE_MS))) {
      int partitions = producer.partitionsFor(ControlTopic.ALERTS.name()).size();
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (AlertEvent event : events) {
        sent.add(
            producer.send(
                records.record(
                    event.getPipeline(),
                    event.getPipeline() + "/" + event.getAlert(),
                    event,
                    event.getAt(),
                    partitions)));
      }
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
