/** Tests of the package of the same name. */
@NullMarked
package io.millrace.local.demo;

import org.jspecify.annotations.NullMarked;
