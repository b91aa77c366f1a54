package io.millrace.local.cluster;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Pause;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;

/** One run of the tool in the cluster, from its Job to its exit code. */
final class ClusterRun {
  private static final Duration TO_START = Duration.ofMinutes(3);
  private static final Duration BEFORE_NOTICE = Duration.ofSeconds(5);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);
  private static final Duration UNREACHABLE = Duration.ofMinutes(2);
  private static final int FORBIDDEN = 403;
  private static final int BY_A_SIGNAL = 128;
  private static final int STOPPED = 130;

  private final KubernetesClient client;
  private final PrintWriter out;
  private final PrintWriter err;
  private volatile boolean stopped;

  ClusterRun(KubernetesClient client, PrintWriter out, PrintWriter err) {
    this.client = client;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs it; nothing is left behind.
   *
   * @return the tool's exit code
   * @throws CommandFailedException when it can't start, or is ended from outside
   */
  int run(Job form, Parcel parcel) {
    Job job = client.batch().v1().jobs().resource(form).create();
    Thread stop =
        new Thread(
            () -> {
              stopped = true;
              delete(job);
            },
            "delete-job");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      return follow(job, parcel);
    } catch (CommandFailedException | KubernetesClientException e) {
      if (stopped) {
        return STOPPED;
      }
      throw e;
    } finally {
      if (!stopped) {
        Runtime.getRuntime().removeShutdownHook(stop);
        delete(job);
      }
    }
  }

  private int follow(Job job, Parcel parcel) {
    PodResource pod = started(job);
    ContainerResource container = pod.inContainer(ToolJob.CONTAINER);
    if (parcel.isEmpty()) {
      return follow(pod, container);
    }
    try (ExecWatch attached = attached(container)) {
      send(parcel, attached);
      return follow(pod, container); // its input stays open until then
    }
  }

  private static ExecWatch attached(ContainerResource container) {
    try {
      return container.redirectingInput().attach();
    } catch (KubernetesClientException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        throw new CommandFailedException(
            "the cluster takes no files for the tool's pod: HTTP %d from pods/attach"
                .formatted(refused.getResponse().code()),
            e);
      }
      throw e;
    }
  }

  private void send(Parcel parcel, ExecWatch attached) {
    try (Upload upload = new Upload(attached.getInput(), parcel.size(), err)) {
      parcel.writeTo(upload);
    } catch (IOException | KubernetesClientException e) {
      err.println("millrace: the files could not be sent: " + e.getMessage()); // its log says more
      err.flush();
    }
  }

  private int follow(PodResource pod, ContainerResource container) {
    PodLog log = new PodLog(line -> OutputLines.show(line, out, err));
    Optional<Long> failingSince = Optional.empty();
    while (true) {
      try {
        ToolPod state = state(pod);
        read(log, container); // to its end, where it has ended before
        failingSince = Optional.empty();
        if (state instanceof ToolPod.Ended ended) {
          return exitCode(ended);
        } else if (state instanceof ToolPod.Stuck stuck) {
          throw new CommandFailedException("the tool's pod has ended: " + stuck.why());
        }
      } catch (KubernetesClientException | IOException e) {
        long now = System.nanoTime();
        failingSince = Optional.of(failingSince.orElse(now));
        if (e instanceof KubernetesClientException refused && refused.getCode() == FORBIDDEN) {
          throw refused;
        }
        if (now - failingSince.get() > UNREACHABLE.toNanos()) {
          throw new CommandFailedException("the tool's log can't be read: " + e.getMessage(), e);
        }
      }
      Pause.of(BETWEEN_LOOKS);
    }
  }

  private static void read(PodLog log, ContainerResource container) throws IOException {
    container.tailingLines(1).getLog(); // fails where following would show the refusal as a line
    try (LogWatch watch =
        log.since().isEmpty()
            ? container.usingTimestamps().watchLog()
            : container.usingTimestamps().sinceTime(log.since().get().toString()).watchLog()) {
      log.read(watch.getOutput());
    }
  }

  private static ToolPod state(PodResource pod) {
    return Optional.ofNullable(pod.get())
        .map(ToolPod::of)
        .orElseThrow(() -> new CommandFailedException("the tool's pod was deleted"));
  }

  private int exitCode(ToolPod.Ended ended) {
    if (ended.reason().equals("OOMKilled")) {
      throw new CommandFailedException(
          "the tool was killed in its pod, as it took too much memory");
    }
    if (ended.exitCode() > BY_A_SIGNAL) {
      throw new CommandFailedException(
          "the tool was ended in its pod from outside (exit code %d)".formatted(ended.exitCode()));
    }
    return ended.exitCode();
  }

  private PodResource started(Job job) {
    long begin = System.nanoTime();
    String told = "";
    while (true) {
      Optional<Pod> pod = podOf(job);
      ToolPod state =
          pod.map(ToolPod::of)
              .orElseGet(
                  () ->
                      new JobEvents(client, job)
                          .refusal()
                          .<ToolPod>map(ToolPod.Stuck::new)
                          .orElseGet(() -> new ToolPod.Coming("it has no pod yet")));
      long waited = System.nanoTime() - begin;
      switch (state) {
        case ToolPod.Running running -> {
          return resource(pod.orElseThrow());
        }
        case ToolPod.Ended ended -> {
          return resource(pod.orElseThrow());
        }
        case ToolPod.Stuck stuck ->
            throw new CommandFailedException("the tool can't start in its pod: " + stuck.why());
        case ToolPod.Coming coming -> {
          if (waited > TO_START.toNanos()) {
            throw new CommandFailedException(
                "the tool's pod did not start in %d s: %s"
                    .formatted(TO_START.toSeconds(), coming.why()));
          }
          if (waited > BEFORE_NOTICE.toNanos() && !coming.why().equals(told)) {
            told = coming.why();
            err.println("millrace: waiting for the tool's pod: " + told);
            err.flush();
          }
        }
      }
      Pause.of(BETWEEN_LOOKS);
    }
  }

  private PodResource resource(Pod pod) {
    return client
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName());
  }

  private Optional<Pod> podOf(Job job) {
    return client
        .pods()
        .inNamespace(job.getMetadata().getNamespace())
        .withLabel("batch.kubernetes.io/job-name", job.getMetadata().getName())
        .list()
        .getItems()
        .stream()
        .findFirst();
  }

  private void delete(Job job) {
    try {
      client
          .batch()
          .v1()
          .jobs()
          .inNamespace(job.getMetadata().getNamespace())
          .withName(job.getMetadata().getName())
          .withPropagationPolicy(DeletionPropagation.BACKGROUND)
          .delete();
    } catch (KubernetesClientException e) {
      err.println(
          "millrace: the job %s could not be deleted: %s"
              .formatted(job.getMetadata().getName(), e.getMessage()));
      err.flush();
    }
  }
}
