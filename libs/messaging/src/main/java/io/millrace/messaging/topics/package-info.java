/** Topics as a whole, from their beginning to their end. */
@NullMarked
package io.millrace.messaging.topics;

import org.jspecify.annotations.NullMarked;
