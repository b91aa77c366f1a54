/** The pipelines that a service runs: one application each, started and stopped by events. */
@NullMarked
package io.millrace.messaging.pipelines;

import org.jspecify.annotations.NullMarked;
