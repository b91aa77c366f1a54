/** Times as text. */
@NullMarked
package io.millrace.contracts.time;

import org.jspecify.annotations.NullMarked;
