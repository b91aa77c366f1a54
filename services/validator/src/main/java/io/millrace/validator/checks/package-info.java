/** What a stream's fields promise, judged event by event. */
@NullMarked
package io.millrace.validator.checks;

import org.jspecify.annotations.NullMarked;
