/** Tests of how many rows are read. */
@NullMarked
package io.millrace.trainer.rows;

import org.jspecify.annotations.NullMarked;
