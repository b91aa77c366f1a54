/** Windowed features: one function of panes and time, for the stream and the online read alike. */
@NullMarked
package io.millrace.features.panes;

import org.jspecify.annotations.NullMarked;
