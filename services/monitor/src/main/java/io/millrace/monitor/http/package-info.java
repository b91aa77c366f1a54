/** The history by HTTP, live by server-sent events, and the door for those who ask for a run. */
@NullMarked
package io.millrace.monitor.http;

import org.jspecify.annotations.NullMarked;
