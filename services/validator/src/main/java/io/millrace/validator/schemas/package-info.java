/** Schemas of foreign writers, while the registry may be away. */
@NullMarked
package io.millrace.validator.schemas;

import org.jspecify.annotations.NullMarked;
