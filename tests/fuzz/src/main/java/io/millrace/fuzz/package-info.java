/** Throws hostile input at a decoder or a door, and says what it must bear. Knows none of them. */
@NullMarked
package io.millrace.fuzz;

import org.jspecify.annotations.NullMarked;
