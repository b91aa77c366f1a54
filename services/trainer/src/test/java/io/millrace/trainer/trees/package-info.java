/** Tests of the training. */
@NullMarked
package io.millrace.trainer.trees;

import org.jspecify.annotations.NullMarked;
