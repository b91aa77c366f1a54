/** Removes pipelines, or all but their files, and waits until that is done. */
@NullMarked
package io.millrace.local.removal;

import org.jspecify.annotations.NullMarked;
