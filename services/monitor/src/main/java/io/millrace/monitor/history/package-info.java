/** What the control plane has told so far, kept in memory and read anew at each start. */
@NullMarked
package io.millrace.monitor.history;

import org.jspecify.annotations.NullMarked;
