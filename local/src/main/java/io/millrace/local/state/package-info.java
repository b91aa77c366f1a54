/** The file by which other commands find the running system. */
@NullMarked
package io.millrace.local.state;

import org.jspecify.annotations.NullMarked;
