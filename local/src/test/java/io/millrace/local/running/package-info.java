/** Tests of the package of the same name. */
@NullMarked
package io.millrace.local.running;

import org.jspecify.annotations.NullMarked;
