/** Applies pipeline files and waits until the services run them. */
@NullMarked
package io.millrace.local.apply;

import org.jspecify.annotations.NullMarked;
