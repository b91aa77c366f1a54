/** How far event time has passed, combined over the sources that feed a task. */
@NullMarked
package io.millrace.messaging.watermarks;

import org.jspecify.annotations.NullMarked;
