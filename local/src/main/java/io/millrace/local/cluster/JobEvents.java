package io.millrace.local.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** What the cluster says of a Job for which it makes no pod. */
record JobEvents(KubernetesClient client, Job job) {
  /**
   * Why: a quota, Pod Security, a right that is missing; nothing to whoever may not read events.
   */
  Optional<String> refusal() {
    try {
      return client
          .v1()
          .events()
          .inNamespace(job.getMetadata().getNamespace())
          .withField("involvedObject.uid", job.getMetadata().getUid())
          .list()
          .getItems()
          .stream()
          .filter(event -> "FailedCreate".equals(event.getReason()))
          .map(Event::getMessage)
          .findFirst();
    } catch (KubernetesClientException e) {
      return Optional.empty();
    }
  }
}
