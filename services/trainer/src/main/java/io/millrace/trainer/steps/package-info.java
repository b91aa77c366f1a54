/** The trainer's steps of a run. */
@NullMarked
package io.millrace.trainer.steps;

import org.jspecify.annotations.NullMarked;
