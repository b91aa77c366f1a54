/** {@code ./millrace retention}: what a pipeline keeps, and what goes. */
@NullMarked
package io.millrace.local.retention;

import org.jspecify.annotations.NullMarked;
