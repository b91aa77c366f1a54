/** Tests of what a failure is taken for. */
@NullMarked
package io.millrace.messaging.failures;

import org.jspecify.annotations.NullMarked;
