/** Values of fields as they are written down: in JSON, and as text. */
@NullMarked
package io.millrace.contracts.values;

import org.jspecify.annotations.NullMarked;
