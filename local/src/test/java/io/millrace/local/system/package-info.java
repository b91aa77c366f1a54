/** Tests of the package of the same name. */
@NullMarked
package io.millrace.local.system;

import org.jspecify.annotations.NullMarked;
