/** The frozen rows of a run as the learner takes them. */
@NullMarked
package io.millrace.trainer.rows;

import org.jspecify.annotations.NullMarked;
