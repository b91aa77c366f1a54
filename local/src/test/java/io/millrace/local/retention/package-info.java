/** Tests of what the tool tells of files that are kept. */
@NullMarked
package io.millrace.local.retention;

import org.jspecify.annotations.NullMarked;
