/** Tests of how topics are read as a whole. */
@NullMarked
package io.millrace.messaging.topics;

import org.jspecify.annotations.NullMarked;
