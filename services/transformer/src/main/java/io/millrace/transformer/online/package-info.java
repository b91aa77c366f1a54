/** The online door: panes from the log into Redis, and features from there as Feast serves them. */
@NullMarked
package io.millrace.transformer.online;

import org.jspecify.annotations.NullMarked;
