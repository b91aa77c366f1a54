/** What the validator's tests share. */
@NullMarked
package io.millrace.validator;

import org.jspecify.annotations.NullMarked;
