/** Tests of the trainer's steps. */
@NullMarked
package io.millrace.trainer.steps;

import org.jspecify.annotations.NullMarked;
