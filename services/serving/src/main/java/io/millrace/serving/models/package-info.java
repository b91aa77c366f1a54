/** The models that are loaded: fetched, checked, swapped, drained. */
@NullMarked
package io.millrace.serving.models;

import org.jspecify.annotations.NullMarked;
