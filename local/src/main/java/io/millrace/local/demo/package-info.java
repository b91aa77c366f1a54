/** The demo: a replay in which the world changes, and the loop that closes by itself. */
@NullMarked
package io.millrace.local.demo;

import org.jspecify.annotations.NullMarked;
