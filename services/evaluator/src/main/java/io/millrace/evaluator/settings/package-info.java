/** What the evaluator alone can be told, and what all of it shares. */
@NullMarked
package io.millrace.evaluator.settings;

import org.jspecify.annotations.NullMarked;
