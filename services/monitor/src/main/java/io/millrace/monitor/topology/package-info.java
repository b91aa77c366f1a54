/** The application of one pipeline: from predictions and labels to verdicts. */
@NullMarked
package io.millrace.monitor.topology;

import org.jspecify.annotations.NullMarked;
