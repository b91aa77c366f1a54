package io.millrace.local.cluster;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** How far the tool's pod is. */
sealed interface ToolPod {
  /**
   * It is not there yet.
   *
   * @param why as far as the cluster says
   */
  record Coming(String why) implements ToolPod {}

  /** It will not get there by itself. */
  record Stuck(String why) implements ToolPod {}

  record Running() implements ToolPod {}

  /**
   * It has run.
   *
   * @param reason {@code Completed}, {@code Error}, or another that tells more
   */
  record Ended(int exitCode, String reason) implements ToolPod {}

  Set<String> STUCK =
      Set.of(
          "ImagePullBackOff",
          "ErrImageNeverPull",
          "InvalidImageName",
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError");

  static ToolPod of(Pod pod) {
    PodStatus status = pod.getStatus();
    Optional<ContainerState> state =
        status.getContainerStatuses().stream()
            .filter(container -> ToolJob.CONTAINER.equals(container.getName()))
            .map(ContainerStatus::getState)
            .findFirst();
    Optional<ContainerStateTerminated> ended = state.map(ContainerState::getTerminated);
    if (ended.isPresent()) {
      return new Ended(
          ended.get().getExitCode(), Objects.requireNonNullElse(ended.get().getReason(), ""));
    }
    if (state.map(ContainerState::getRunning).isPresent()) {
      return new Running();
    }
    if ("Failed".equals(status.getPhase())) {
      return new Stuck(said(status.getReason(), status.getMessage()));
    }
    Optional<ContainerStateWaiting> waiting =
        Stream.concat(
                status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
            .map(container -> Optional.ofNullable(container.getState()))
            .flatMap(one -> one.map(ContainerState::getWaiting).stream())
            .filter(one -> STUCK.contains(one.getReason()))
            .findFirst();
    if (waiting.isPresent()) {
      return new Stuck(said(waiting.get().getReason(), waiting.get().getMessage()));
    }
    return new Coming(
        status.getConditions().stream()
            .filter(condition -> "PodScheduled".equals(condition.getType()))
            .filter(condition -> "False".equals(condition.getStatus()))
            .map((PodCondition condition) -> said(condition.getReason(), condition.getMessage()))
            .findFirst()
            .or(
                () ->
                    state
                        .map(ContainerState::getWaiting)
                        .map(one -> said(one.getReason(), one.getMessage())))
            .orElse("Pending"));
  }

  private static String said(String reason, String message) {
    return Stream.of(reason, message)
        .filter(text -> text != null && !text.isBlank())
        .reduce((one, other) -> one + ": " + other)
        .orElse("no reason is said");
  }
}
