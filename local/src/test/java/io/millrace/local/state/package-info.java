/** Tests of the package of the same name. */
@NullMarked
package io.millrace.local.state;

import org.jspecify.annotations.NullMarked;
