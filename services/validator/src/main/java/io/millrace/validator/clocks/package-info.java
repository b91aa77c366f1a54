/** How far one source of a stream has come in event time. */
@NullMarked
package io.millrace.validator.clocks;

import org.jspecify.annotations.NullMarked;
