/** Replays files of events in event-time order, as fast as the system follows or in slow motion. */
@NullMarked
package io.millrace.local.replay;

import org.jspecify.annotations.NullMarked;
