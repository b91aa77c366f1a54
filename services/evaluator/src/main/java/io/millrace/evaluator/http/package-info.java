/** What the evaluator answers when something fails. */
@NullMarked
package io.millrace.evaluator.http;

import org.jspecify.annotations.NullMarked;
