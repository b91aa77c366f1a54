/** Tests of the package of the same name. */
@NullMarked
package io.millrace.local.images;

import org.jspecify.annotations.NullMarked;
