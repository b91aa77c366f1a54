/** The running system as seen from outside: where it answers, what it says of a pipeline. */
@NullMarked
package io.millrace.local.running;

import org.jspecify.annotations.NullMarked;
