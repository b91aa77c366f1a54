/** Learns gradient-boosted trees and makes sure that their ONNX file predicts the same. */
@NullMarked
package io.millrace.trainer.trees;

import org.jspecify.annotations.NullMarked;
