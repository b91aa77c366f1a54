package io.millrace.onnx.session;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.millrace.onnx.graph.GraphBuilder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A loaded model whose inputs are tensors [N, 1] of float32 or string and which has one output [N,
 * width] of float32. Any number of threads may {@link #run} at once.
 */
public final class OnnxModel implements AutoCloseable {
  private static final long LOADING_STACK_BYTES = 16L << 20;

  /** One input; its name is a field of the vector. */
  public record Input(String name, boolean isText) {}

  private final OrtSession session;
  private final List<Input> inputs;
  private final String output;
  private final int width;
  private final Map<String, String> metadata;

  private OnnxModel(OrtSession session) throws OrtException {
    this.session = session;
    List<Input> found = new ArrayList<>();
    for (NodeInfo input : session.getInputInfo().values()) {
      TensorInfo info = tensor(input, 1);
      found.add(new Input(input.getName(), info.type == OnnxJavaType.STRING));
    }
    this.inputs = List.copyOf(found);
    if (session.getOutputInfo().size() != 1) {
      throw new OnnxModelException("not one output but " + session.getOutputInfo().keySet());
    }
    NodeInfo answer = session.getOutputInfo().values().iterator().next();
    TensorInfo info = tensor(answer, -1);
    if (info.type != OnnxJavaType.FLOAT) {
      throw new OnnxModelException("output " + answer.getName() + " is " + info.type);
    }
    this.output = answer.getName();
    this.width = (int) info.getShape()[1];
    this.metadata = new HashMap<>(session.getMetadata().getCustomMetadata());
  }

  /**
   * Loads a model.
   *
   * @param threads that one run may use
   * @throws OnnxModelException when it can't be loaded or its inputs and output are of other forms
   */
  public static OnnxModel load(byte[] model, int threads) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      OrtSession session = onALargeStack(() -> OnnxEnvironment.get().createSession(model, options));
      try {
        return new OnnxModel(session);
      } catch (RuntimeException | OrtException | Error e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new OnnxModelException("not a model that can be loaded: " + e.getMessage(), e);
    }
  }

  /**
   * Makes a session. ONNX Runtime needs about a megabyte of stack for it, which is all that a
   * thread of Java has, and its overflow ends the process without a word. It can't be interrupted:
   * whoever went would leave a session behind, made from options that are closed. So the thread
   * stays interrupted, and the model is loaded.
   */
  private static OrtSession onALargeStack(Callable<OrtSession> making) throws OrtException {
    FutureTask<OrtSession> task = new FutureTask<>(making);
    new Thread(null, task, "onnx-load", LOADING_STACK_BYTES).start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case OrtException known -> throw known;
        case RuntimeException bug -> throw bug;
        case null, default -> throw new OnnxModelException("the model was not loaded", e);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** In the order of the graph. */
  public List<Input> inputs() {
    return inputs;
  }

  /** The name of the one output, whether or not an input has it too. */
  public String output() {
    return output.startsWith(GraphBuilder.OWN) ? output.substring(1) : output;
  }

  /** How many numbers the output has for a row. */
  public int width() {
    return width;
  }

  /** What the file says about itself. */
  public Map<String, String> metadata() {
    return Map.copyOf(metadata);
  }

  /**
   * Runs the model over a batch of at least one row.
   *
   * @throws IllegalArgumentException when a column is missing or of the other kind
   * @throws OnnxModelException when the run fails or has another shape than it should
   */
  public Matrix run(Columns columns) {
    if (columns.rows() == 0) {
      throw new IllegalArgumentException("no rows");
    }
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    try {
      for (Input input : inputs) {
        tensors.put(input.name(), tensor(input, columns));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        FloatBuffer buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        if (values.length != columns.rows() * width) {
          throw new OnnxModelException(
              "%d rows gave %d values, not %d a row"
                  .formatted(columns.rows(), values.length, width));
        }
        return new Matrix(columns.rows(), width, values);
      }
    } catch (OrtException e) {
      throw new OnnxModelException("the run failed: " + e.getMessage(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(Input input, Columns columns) throws OrtException {
    long[] shape = {columns.rows(), 1};
    OrtEnvironment environment = OnnxEnvironment.get();
    return input.isText()
        ? OnnxTensor.createTensor(environment, columns.texts(input.name()), shape)
        : OnnxTensor.createTensor(
            environment, FloatBuffer.wrap(columns.numbers(input.name())), shape);
  }

  /**
   * Requires a tensor [N, columns] of float32 or string.
   *
   * @param columns -1 for any
   */
  private static TensorInfo tensor(NodeInfo node, int columns) {
    if (!(node.getInfo() instanceof TensorInfo info)
        || (info.type != OnnxJavaType.FLOAT && info.type != OnnxJavaType.STRING)
        || info.getShape().length != 2
        || (columns >= 0 && info.getShape()[1] != columns)
        || info.getShape()[1] < 1) {
      throw new OnnxModelException(
          "%s is no tensor [N, %s] of float32 or string: %s"
              .formatted(node.getName(), columns < 0 ? "width" : columns, node.getInfo()));
    }
    return info;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new OnnxModelException("the session did not close: " + e.getMessage(), e);
    }
  }
}
