/** What follows from verdicts: alerts, and requests for a new model. Pure functions of facts. */
@NullMarked
package io.millrace.monitor.policy;

import org.jspecify.annotations.NullMarked;
