package io.millrace.serving.events;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.serving.models.ModelIdentity;
import io.millrace.serving.models.ModelObserver;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts what becomes of models into the log, the metrics and the alerts. */
public final class ModelWatch implements ModelObserver {
  private static final Logger LOG = LoggerFactory.getLogger(ModelWatch.class);
  private static final String OTHER_MEANING = "serving-other-meaning";
  private static final String LOADS = "millrace.serving.model.loads";

  private final AlertLog alerts;
  private final MeterRegistry meters;

  public ModelWatch(AlertLog alerts, MeterRegistry meters) {
    this.alerts = alerts;
    this.meters = meters;
  }

  @Override
  public void loaded(String model, int version) {
    LOG.info("model={} version={} loaded", model, version);
    count(model, version, "OK");
  }

  @Override
  public void refused(String model, int version, ErrorCode code, String message) {
    LOG.error("model={} version={} code={} not loaded: {}", model, version, code, message);
    count(model, version, code.name());
  }

  @Override
  public void alert(
      String model,
      String alias,
      int version,
      ErrorCode code,
      String message,
      Optional<Integer> live) {
    ObjectNode evidence =
        JsonNodeFactory.instance.objectNode().put("alias", alias).put("version", version);
    live.ifPresent(v -> evidence.put("live", v));
    alerts.write(model, id(alias), code, message, evidence.toString(), false);
  }

  @Override
  public void alertOver(String model, String alias, int version) {
    alerts.write(
        model,
        id(alias),
        ErrorCode.MODEL_NOT_READY,
        "the alias names a version that answers",
        "{}",
        true);
  }

  @Override
  public void notFinite(String model, int version) {
    LOG.error(
        "model={} version={} code={} vectors are answered with no number",
        model,
        version,
        ErrorCode.MODEL_OUTPUT_NOT_FINITE);
    alerts.write(
        model,
        notFinite(version),
        ErrorCode.MODEL_OUTPUT_NOT_FINITE,
        "version %d answers vectors with NaN or an infinity; they get no prediction"
            .formatted(version),
        JsonNodeFactory.instance.objectNode().put("version", version).toString(),
        false);
  }

  @Override
  public void notFiniteOver(String model, int version) {
    alerts.write(
        model,
        notFinite(version),
        ErrorCode.MODEL_OUTPUT_NOT_FINITE,
        "another version is used",
        "{}",
        true);
  }

  @Override
  public void otherMeaning(ModelIdentity model, int running, List<String> inputs) {
    String message =
        "version %d was trained by version %d of the file; version %d of it means something else by %s, which is missing now"
            .formatted(
                model.version(), model.pipelineVersion(), running, String.join(", ", inputs));
    LOG.warn(
        "model={} version={} code={} {}",
        model.model(),
        model.version(),
        ErrorCode.MODEL_OF_OTHER_MEANING,
        message);
    ObjectNode evidence =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", model.version())
            .put("pipelineVersion", model.pipelineVersion())
            .put("running", running);
    inputs.forEach(evidence.putArray("inputs")::add);
    alerts.write(
        model.model(),
        OTHER_MEANING,
        ErrorCode.MODEL_OF_OTHER_MEANING,
        message,
        evidence.toString(),
        false);
  }

  @Override
  public void otherMeaningOver(String model) {
    alerts.write(
        model,
        OTHER_MEANING,
        ErrorCode.MODEL_OF_OTHER_MEANING,
        "the live model takes what the file means",
        "{}",
        true);
  }

  private static String notFinite(int version) {
    return "serving-not-finite/v" + version;
  }

  private static String id(String alias) {
    return "serving-" + alias;
  }

  private void count(String model, int version, String outcome) {
    meters
        .counter(LOADS, "model", model, "version", String.valueOf(version), "outcome", outcome)
        .increment();
  }
}
