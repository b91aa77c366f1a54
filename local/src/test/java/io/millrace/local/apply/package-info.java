/** Tests of the package of the same name. */
@NullMarked
package io.millrace.local.apply;

import org.jspecify.annotations.NullMarked;
