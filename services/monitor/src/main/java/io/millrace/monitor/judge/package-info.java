/** The one task that judges a pipeline: windows, drift, alerts, requests for runs. */
@NullMarked
package io.millrace.monitor.judge;

import org.jspecify.annotations.NullMarked;
