package io.millrace.local.machine;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Our services; a new one is one more line here. */
public enum Service {
  INGEST(8081, "256m"),
  VALIDATOR(8082, "512m"),
  TRANSFORMER(6566, "768m"),
  TRAINER(8084, "512m"),
  EVALUATOR(8085, "512m"),
  SERVING(8501, "512m"),
  MONITOR(8087, "384m");

  /**
   * What the processes are started with: XGBoost's threads would else spin while they wait, and
   * take the processors from the others; RocksDB's threads would else have a heap of malloc's each,
   * hardly used but never given back; ONNX Runtime would tell Microsoft of the process and its
   * models, and crash where there is no shell to ask for the machine's name.
   */
  public static final Map<String, String> ENVIRONMENT =
      Map.of("OMP_WAIT_POLICY", "passive", "MALLOC_ARENA_MAX", "2", "ORT_DISABLE_TELEMETRY", "1");

  private final int port;
  private final String heap;

  Service(int port, String heap) {
    this.port = port;
    this.heap = heap;
  }

  /** The service of that name, such as {@code validator}. */
  public static Optional<Service> named(String name) {
    return Arrays.stream(values()).filter(service -> service.serviceName().equals(name)).findAny();
  }

  public String serviceName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@code validator} for the first, {@code validator-2} for the second. */
  public String instanceName(int instance) {
    return instance == 1 ? serviceName() : serviceName() + "-" + instance;
  }

  /** Before any shift. */
  public int port() {
    return port;
  }

  /** The most heap, as {@code -Xmx} takes it. */
  public String heap() {
    return heap;
  }
}
