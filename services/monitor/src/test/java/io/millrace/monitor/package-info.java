/** What the tests of monitor share. */
@NullMarked
package io.millrace.monitor;

import org.jspecify.annotations.NullMarked;
