/** The panes from which windowed features are computed, as they travel between services. */
@NullMarked
package io.millrace.contracts.features;

import org.jspecify.annotations.NullMarked;
