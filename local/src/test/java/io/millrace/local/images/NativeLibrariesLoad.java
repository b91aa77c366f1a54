package io.millrace.local.images;

/** Loads classes that load native libraries; runs in an image. */
final class NativeLibrariesLoad {
  private NativeLibrariesLoad() {}

  public static void main(String[] names) throws ClassNotFoundException {
    for (String name : names) {
      Class.forName(name);
      System.out.println("loaded " + name);
    }
  }
}
