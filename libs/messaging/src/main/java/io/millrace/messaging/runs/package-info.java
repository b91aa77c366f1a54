/** Runs go by events alone: a service reads them, does the step that is its own, and says so. */
@NullMarked
package io.millrace.messaging.runs;

import org.jspecify.annotations.NullMarked;
