/** The HTTP doors. */
@NullMarked
package io.millrace.serving.online;

import org.jspecify.annotations.NullMarked;
