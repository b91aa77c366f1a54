/** Tests of the package of the same name. */
@NullMarked
package io.millrace.local;

import org.jspecify.annotations.NullMarked;
