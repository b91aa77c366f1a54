package io.millrace.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class ToolPodTest {
  @Test
  void shouldRunWhenItsContainerDoes() {
    assertThat(pod("{containerStatuses: [{name: tool, state: {running: {}}}]}"))
        .isEqualTo(new ToolPod.Running());
  }

  @Test
  void shouldEndWithTheContainersCode() {
    assertThat(
            pod(
                "{phase: Failed, containerStatuses: [{name: tool, state: {terminated: {exitCode: 2,"
                    + " reason: Error}}}]}"))
        .isEqualTo(new ToolPod.Ended(2, "Error"));
  }

  @Test
  void shouldBeStuckWithoutItsImage() {
    assertThat(
            pod(
                "{phase: Pending, containerStatuses: [{name: tool, state: {waiting: {reason:"
                    + " ImagePullBackOff, message: no such image}}}]}"))
        .isEqualTo(new ToolPod.Stuck("ImagePullBackOff: no such image"));
  }

  @Test
  void shouldBeStuckWhenItWasEvicted() {
    assertThat(pod("{phase: Failed, reason: Evicted, message: no memory}"))
        .isEqualTo(new ToolPod.Stuck("Evicted: no memory"));
  }

  @Test
  void shouldBeComingWhileTheNodeIsFullOrItsImageIsPulled() {
    assertThat(
            pod(
                "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason:"
                    + " Unschedulable, message: 0/1 nodes}]}"))
        .isEqualTo(new ToolPod.Coming("Unschedulable: 0/1 nodes"));
    assertThat(
            pod(
                "{phase: Pending, containerStatuses: [{name: tool, state: {waiting: {reason:"
                    + " ContainerCreating}}}]}"))
        .isEqualTo(new ToolPod.Coming("ContainerCreating"));
    assertThat(pod("{phase: Pending}")).isEqualTo(new ToolPod.Coming("Pending"));
  }

  private static ToolPod pod(String status) {
    return ToolPod.of(Serialization.unmarshal("status: " + status, Pod.class));
  }
}
