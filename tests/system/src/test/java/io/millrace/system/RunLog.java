package io.millrace.system;

import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.local.reconcile.TopicDump;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.Runs;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the topic of runs holds, read anew at each question. */
final class RunLog {
  private final RunningMillrace millrace;

  RunLog(RunningMillrace millrace) {
    this.millrace = millrace;
  }

  List<Run> runs(String pipeline) {
    RecordDecoder<RunStep> decoder = RecordDecoder.specific(millrace.schemas(), RunStep.class);
    Runs runs = new Runs();
    TopicDump.read(
        millrace.system.kafka(),
        ControlTopic.RUNS.name(),
        record -> {
          if (record.value() == null) {
            return; // a tombstone: its pipeline was removed
          }
          switch (decoder.decode(record.value())) {
            case Decoded.Value<RunStep> step -> runs.accept(step.value());
            case Decoded.Failed<RunStep> failed -> throw new AssertionError(failed.message());
          }
        });
    return runs.of(pipeline);
  }

  Run last(String pipeline) {
    return runs(pipeline).getLast();
  }

  /** Every output of a run: step and kind to its hash. */
  static Map<String, String> outputs(Run run) {
    Map<String, String> hashes = new TreeMap<>();
    run.steps()
        .forEach(
            (name, step) -> {
              for (ArtifactRef output : step.getOutputs()) {
                hashes.put(name + "/" + output.getKind(), output.getSha256());
              }
            });
    return hashes;
  }
}
