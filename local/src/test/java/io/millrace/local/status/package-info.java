/** Tests of the package of the same name. */
@NullMarked
package io.millrace.local.status;

import org.jspecify.annotations.NullMarked;
