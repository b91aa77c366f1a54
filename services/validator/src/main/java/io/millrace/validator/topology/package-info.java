/** The stream topology: check, re-key, deduplicate, route. */
@NullMarked
package io.millrace.validator.topology;

import org.jspecify.annotations.NullMarked;
