/** Tests of the package of the same name. */
@NullMarked
package io.millrace.local.machine;

import org.jspecify.annotations.NullMarked;
