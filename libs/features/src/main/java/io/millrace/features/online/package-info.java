/** The online feature store: entities' panes in Redis, and windowed features read from there. */
@NullMarked
package io.millrace.features.online;

import org.jspecify.annotations.NullMarked;
