/** Progress for people: bars on a terminal, plain lines elsewhere. */
@NullMarked
package io.millrace.local.terminal;

import org.jspecify.annotations.NullMarked;
