/** The topics of the log, as typed constants. */
@NullMarked
package io.millrace.contracts.topics;

import org.jspecify.annotations.NullMarked;
