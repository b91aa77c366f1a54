/** The clients of the broker. */
@NullMarked
package io.millrace.monitor.broker;

import org.jspecify.annotations.NullMarked;
