/** One list of codes for everything that can go wrong. */
@NullMarked
package io.millrace.contracts.errors;

import org.jspecify.annotations.NullMarked;
