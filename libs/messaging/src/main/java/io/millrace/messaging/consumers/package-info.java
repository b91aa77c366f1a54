/** Topics read for as long as a service runs, whatever happens on the way. */
@NullMarked
package io.millrace.messaging.consumers;

import org.jspecify.annotations.NullMarked;
