/** What a failure is, whose fault, and when to try again. */
@NullMarked
package io.millrace.messaging.failures;

import org.jspecify.annotations.NullMarked;
