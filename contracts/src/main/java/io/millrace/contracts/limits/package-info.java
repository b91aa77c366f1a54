/** The bounds of everything that users bring. */
@NullMarked
package io.millrace.contracts.limits;

import org.jspecify.annotations.NullMarked;
