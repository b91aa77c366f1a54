/** Tests of what is kept and what goes. */
@NullMarked
package io.millrace.transformer.retention;

import org.jspecify.annotations.NullMarked;
