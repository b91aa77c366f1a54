/** Tests. */
@NullMarked
package io.millrace.evaluator.settings;

import org.jspecify.annotations.NullMarked;
