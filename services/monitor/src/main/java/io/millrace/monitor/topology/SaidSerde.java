package io.millrace.monitor.topology;

import io.millrace.monitor.judge.JudgeProcessor.Said;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Writes what the judge says as it is; its topic is not part of it. */
final class SaidSerde implements Serde<Said> {
  @Override
  public Serializer<Said> serializer() {
    return (topic, said) -> said.value();
  }

  @Override
  public Deserializer<Said> deserializer() {
    return Said::new;
  }
}
