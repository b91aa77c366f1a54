/** Tests of what its name says. */
@NullMarked
package io.millrace.monitor.http;

import org.jspecify.annotations.NullMarked;
