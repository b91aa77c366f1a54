/** A service that is told to stop answers until nobody asks it any more. */
@NullMarked
package io.millrace.messaging.drain;

import org.jspecify.annotations.NullMarked;
