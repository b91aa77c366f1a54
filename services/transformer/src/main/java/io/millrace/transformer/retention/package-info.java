/** What is kept of what pipelines have made, and the removal of the rest. */
@NullMarked
package io.millrace.transformer.retention;

import org.jspecify.annotations.NullMarked;
