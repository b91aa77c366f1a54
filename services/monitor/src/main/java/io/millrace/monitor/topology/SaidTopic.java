package io.millrace.monitor.topology;

import io.millrace.monitor.judge.JudgeProcessor.Said;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/** What the judge says goes where it says. */
record SaidTopic() implements TopicNameExtractor<String, Said> {
  @Override
  public String extract(String key, Said said, RecordContext context) {
    return said.topic();
  }
}
