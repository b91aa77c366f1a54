package io.millrace.local.images;

import io.millrace.local.terminal.CommandFailedException;

/** The processor that an image is for, by the names that it has among images and libraries. */
enum Architecture {
  AMD64("amd64", "(?:amd64|x86_64|x64|64)"),
  ARM64("arm64", "(?:arm64|-?aarch64)");

  private final String imageName;
  private final String libraryNames;

  Architecture(String imageName, String libraryNames) {
    this.imageName = imageName;
    this.libraryNames = libraryNames;
  }

  /** This machine's. */
  static Architecture here() {
    String name = System.getProperty("os.arch");
    return switch (name) {
      case "amd64", "x86_64" -> AMD64;
      case "aarch64", "arm64" -> ARM64;
      default -> throw new CommandFailedException("there are no images for the processor " + name);
    };
  }

  /** As the OCI image specification has it. */
  String imageName() {
    return imageName;
  }

  /** A regular expression of what the authors of libraries call it. */
  String libraryNames() {
    return libraryNames;
  }
}
