package io.millrace.local.cluster;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.millrace.local.terminal.CommandFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** A system in a cluster: a command runs there then, as a Job, and is followed here. */
public final class ClusterOption {
  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = {
        "A system in the cluster of a context of the kubeconfig; '' for the current one. The"
            + " command runs there as a Job of the tool's image.",
      })
  private @Nullable String context;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description =
          "The system's namespace in the cluster (default: the context's, or millrace); without"
              + " --context in that of the current one.")
  private @Nullable String namespace;

  @Option(
      names = "--instance",
      paramLabel = "NAME",
      description =
          "Which of several systems in the namespace, by the label app.kubernetes.io/instance.")
  private @Nullable String instance;

  @Option(
      names = "--tool-image",
      paramLabel = "IMAGE",
      description = "What the Job runs (default: cli, from where ingest's image is, same tag).")
  private @Nullable String image;

  /** Whether one was asked for. */
  public boolean isGiven() {
    return context != null || namespace != null || instance != null || image != null;
  }

  /**
   * Runs a command there as it was given here.
   *
   * @param parcel the files that it names
   * @return its exit code
   * @throws CommandFailedException when the cluster or the system can't be found, or refuses
   */
  public int run(CommandLine command, Parcel parcel, ToolMemory memory) {
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config()).build()) {
      Release release =
          Release.find(
              client,
              Optional.ofNullable(namespace)
                  .or(() -> Optional.ofNullable(client.getConfiguration().getNamespace()))
                  .orElse(Release.MILLRACE),
              Optional.ofNullable(instance));
      List<String> arguments = new ArrayList<>(List.of("in-pod"));
      if (!parcel.isEmpty()) {
        arguments.add("--receive");
      }
      arguments.addAll(
          ToolArguments.of(command.getParseResult(), release.addresses(), parcel::nameOf));
      return new ClusterRun(client, command.getOut(), command.getErr())
          .run(
              ToolJob.of(
                  release,
                  image == null ? release.toolImage() : image,
                  arguments,
                  memory,
                  !parcel.isEmpty()),
              parcel);
    } catch (KubernetesClientException e) {
      throw new CommandFailedException("the cluster: " + said(e), e);
    }
  }

  private Config config() {
    String wanted = Objects.requireNonNullElse(context, "");
    Config config = Config.autoConfigure(wanted.isEmpty() ? null : wanted);
    List<String> known = config.getContexts().stream().map(NamedContext::getName).sorted().toList();
    if (!wanted.isEmpty() && !known.contains(wanted)) {
      throw new CommandFailedException(
          "there is no context '%s' in the kubeconfig%s"
              .formatted(wanted, known.isEmpty() ? "" : ", but " + String.join(", ", known)));
    }
    return config;
  }

  private static String said(KubernetesClientException e) {
    return Optional.ofNullable(e.getStatus())
        .map(Status::getMessage)
        .or(() -> Optional.ofNullable(e.getCause()).map(Throwable::toString))
        .orElseGet(() -> String.valueOf(e.getMessage()));
  }
}
