/** Tests of the package of the same name. */
@NullMarked
package io.millrace.local.replay;

import org.jspecify.annotations.NullMarked;
