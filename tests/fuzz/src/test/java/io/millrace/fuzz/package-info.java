@NullMarked
package io.millrace.fuzz;

import org.jspecify.annotations.NullMarked;
