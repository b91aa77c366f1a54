package io.millrace.ingest.topics;

import io.millrace.contracts.topics.ControlTopic;
import io.millrace.ingest.settings.IngestSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/** The topics that all pipelines share. */
@ApplicationScoped
public class ControlTopics {
  private final TopicAdmin admin;
  private final int partitions;

  @Inject
  public ControlTopics(TopicAdmin admin, IngestSettings settings) {
    this.admin = admin;
    this.partitions = settings.partitions();
  }

  /** Makes those that are missing. */
  public void ensure() {
    List<TopicSpec> topics =
        ControlTopic.ALL.stream()
            .map(topic -> TopicSpec.control(topic.name(), partitions))
            .toList();
    admin.ensure(topics);
  }
}
