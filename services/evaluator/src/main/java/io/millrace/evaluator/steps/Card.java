package io.millrace.evaluator.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.evaluator.steps.Inspection.Inspected;
import io.millrace.evaluator.verdict.VerdictJson;
import io.millrace.messaging.runs.Evidence;
import java.io.IOException;

/**
 * What a published model is, and how it was judged: the numbers of the candidate, which never saw
 * the held-out rows, and those of the file that is published. Equal runs give equal bytes.
 */
final class Card {
  private Card() {}

  static ArtifactRef store(StepFiles files, RunFiles made, Inspected inspected) throws IOException {
    ObjectNode card = Evidence.create();
    card.put("model", made.run().pipeline());
    card.put("pipelineVersion", made.run().pipelineVersion());
    card.put("manifest", made.manifest().getSha256());
    card.set("inputsLeftOut", made.inputsLeftOut());
    ObjectNode candidate = card.putObject("candidate");
    candidate.put("sha256", made.candidate().getSha256());
    candidate.put("trainedOn", "train");
    candidate.set("training", files.json(made.candidateCard()));
    candidate.set("verdict", files.json(made.verdict()));
    ObjectNode published = card.putObject("published");
    published.put("sha256", made.published().getSha256());
    published.put("bytes", made.published().getBytes());
    published.put("trainedOn", made.wasRefit() ? "train and eval" : "train");
    if (made.wasRefit()) {
      published.set("training", files.json(made.publishedCard()));
    }
    ObjectNode heldOut = published.putObject("onHeldOutRows");
    heldOut.put("trainedOnThem", made.wasRefit());
    heldOut.put("rows", inspected.measured().rows());
    heldOut.set("metrics", VerdictJson.metrics(inspected.measured()));
    heldOut.set("scores", VerdictJson.scores(inspected.scores()));
    return files.store(card, made.run().pipeline() + "/cards", "card");
  }
}
