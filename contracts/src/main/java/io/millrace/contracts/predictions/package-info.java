/** What serving predicted, as its topic carries it. */
@NullMarked
package io.millrace.contracts.predictions;

import org.jspecify.annotations.NullMarked;
