/** The serving service: models answer by HTTP and in the stream. */
@NullMarked
package io.millrace.serving;

import org.jspecify.annotations.NullMarked;
