/** What is counted of each window of event time, in cells that add up over partitions. */
@NullMarked
package io.millrace.monitor.windows;

import org.jspecify.annotations.NullMarked;
