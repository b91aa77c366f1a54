package io.millrace.transformer.fit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.datasets.DataSet;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.runs.Step;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.StepResult;
import io.millrace.messaging.runs.StepWork;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.onnx.transform.TransformGraph;
import io.millrace.transformer.fit.Fitter.Fitted;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Freezes the rows of a run and fits the transform to those to train on. */
final class TransformStep implements StepWork {
  private final Freezer freezer;
  private final ArtifactStore store;
  private final Reading reading;
  private @Nullable Frozen frozen;

  TransformStep(Freezer freezer, ArtifactStore store, Reading reading) {
    this.freezer = freezer;
    this.store = store;
    this.reading = reading;
  }

  @Override
  public Step.Known step() {
    return Step.Known.TRANSFORM;
  }

  @Override
  public boolean isDue(Run run) {
    return run.isOpen() && run.hasDone(Step.Known.REQUESTED) && !run.hasDone(Step.Known.TRANSFORM);
  }

  @Override
  public synchronized String fingerprint(Run run) throws IOException, InterruptedException {
    Frozen now = freezer.freeze(run);
    frozen = now;
    return now.fingerprint();
  }

  @Override
  public synchronized StepResult work(Run run, List<Run> earlier, Progress progress)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    // the rows that the fingerprint tells of, although more may have come since
    Frozen known = frozen;
    Frozen rows = known != null && known.run().equals(run.id()) ? known : freezer.freeze(run);
    Fitted fitted;
    try (DataSet data = DataSet.open(rows.manifest(), rows.pipeline(), store, reading)) {
      fitted =
          new Fitter(rows.pipeline(), data)
              .fit(share -> progress.report(Evidence.create().put("share", share)));
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new StepResult(List.of(), store(rows, fitted), evidence(rows, fitted, seconds));
  }

  private List<ArtifactRef> store(Frozen rows, Fitted fitted) throws IOException {
    String pipeline = rows.pipeline().name();
    Artifact manifest = store.put(rows.manifest().toJson(), pipeline + "/manifests", ".json");
    Artifact transform =
        store.put(TransformGraph.build(fitted.transforms()), pipeline + "/transforms", ".onnx");
    Artifact statistics =
        store.put(fitted.statistics().toJson(), pipeline + "/statistics", ".json");
    return List.of(
        manifest.reference("manifest"),
        transform.reference("transform"),
        statistics.reference("statistics"));
  }

  private static ObjectNode evidence(Frozen rows, Fitted fitted, double seconds) {
    Manifest manifest = rows.manifest();
    ObjectNode evidence =
        Evidence.create()
            .put("rows", manifest.rows())
            .put("train", fitted.train())
            .put("eval", fitted.eval())
            .put("from", CloudEvents.instant(manifest.from()).toString())
            .put("to", CloudEvents.instant(manifest.to()).toString())
            .put("newest", rows.newest().toString())
            .put("parts", manifest.parts().size())
            .put("partsLeftOut", rows.partsLeftOut())
            .put("rowsOfOtherMeaning", rows.rowsOfOtherMeaning())
            .put("rowsOutsideWindow", rows.rowsOutsideWindow())
            .put("rowsIncomplete", manifest.incomplete())
            .put("features", TransformGraph.width(fitted.transforms()))
            .put("seconds", Math.round(seconds * 1000) / 1000.0);
    ArrayNode leftOut = evidence.putArray("leftOut");
    fitted
        .leftOut()
        .forEach(
            dead -> leftOut.addObject().put("input", dead.input()).put("code", dead.code().name()));
    return evidence;
  }
}
