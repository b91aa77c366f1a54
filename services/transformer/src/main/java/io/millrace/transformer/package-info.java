/** The transformer service: labels joined, windows computed, vectors and rows written. */
@NullMarked
package io.millrace.transformer;

import org.jspecify.annotations.NullMarked;
