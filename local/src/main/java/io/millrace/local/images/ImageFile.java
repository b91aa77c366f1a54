package io.millrace.local.images;

import java.nio.file.Path;

/**
 * A file of an image.
 *
 * @param source where it is on this machine
 * @param target its absolute path in the image
 * @param isProgram whether it can be executed
 */
record ImageFile(Path source, String target, boolean isProgram) {
  ImageFile(Path source, String target) {
    this(source, target, false);
  }

  String name() {
    return target.substring(target.lastIndexOf('/') + 1);
  }

  ImageFile from(Path other) {
    return new ImageFile(other, target, isProgram);
  }
}
