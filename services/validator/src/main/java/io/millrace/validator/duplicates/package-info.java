/** The same event again, and the same id with another content. */
@NullMarked
package io.millrace.validator.duplicates;

import org.jspecify.annotations.NullMarked;
