/** Tests of what its name says. */
@NullMarked
package io.millrace.messaging.lag;

import org.jspecify.annotations.NullMarked;
