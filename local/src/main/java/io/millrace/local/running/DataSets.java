package io.millrace.local.running;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.registry.ApicurioRegistry;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The parts that {@code millrace.datasets} announces. */
public final class DataSets {
  private DataSets() {}

  /** The newest version of each part of a pipeline. */
  public static Collection<PartWritten> parts(RunningSystem system, String pipeline) {
    RecordDecoder<PartWritten> decoder =
        RecordDecoder.specific(
            new SchemaCache(new ApicurioRegistry(system.registry())), PartWritten.class);
    Map<String, PartWritten> newest = new TreeMap<>();
    system
        .topics()
        .readCommitted(
            ControlTopic.DATASETS.name(),
            record -> {
              if (record.value() != null
                  && decoder.decode(record.value()) instanceof Decoded.Value<PartWritten> decoded
                  && decoded.value().getPipeline().equals(pipeline)) {
                newest.merge(
                    decoded.value().getPart(),
                    decoded.value(),
                    (a, b) -> a.getVersion() > b.getVersion() ? a : b);
              }
            });
    return newest.values();
  }
}
