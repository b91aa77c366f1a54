/** What a window's numbers mean: pure functions of what was counted. */
@NullMarked
package io.millrace.monitor.verdicts;

import org.jspecify.annotations.NullMarked;
