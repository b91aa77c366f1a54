/** What runs, and where every event of a pipeline is. */
@NullMarked
package io.millrace.local.status;

import org.jspecify.annotations.NullMarked;
