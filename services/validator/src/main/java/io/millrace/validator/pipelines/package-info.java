/** One validator application per pipeline, with its metrics. */
@NullMarked
package io.millrace.validator.pipelines;

import org.jspecify.annotations.NullMarked;
