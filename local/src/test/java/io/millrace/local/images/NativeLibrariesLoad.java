package io.millrace.local.images;

/** Loads classes that load native libraries; a program of tests. */
public final class NativeLibrariesLoad {
  private static final String ONNX_RUNTIME = "ai.onnxruntime.OrtEnvironment";

  private NativeLibrariesLoad() {}

  public static void main(String[] names) throws ReflectiveOperationException {
    for (String name : names) {
      Class<?> loaded = Class.forName(name);
      if (name.equals(ONNX_RUNTIME)) {
        loaded.getMethod("getEnvironment").invoke(null); // asks the machine who it is
      }
      System.out.println("loaded " + name);
    }
  }
}
