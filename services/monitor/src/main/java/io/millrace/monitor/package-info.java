/** Compares what was predicted with what happened, asks for a new model, and shows all of it. */
@NullMarked
package io.millrace.monitor;

import org.jspecify.annotations.NullMarked;
