/** The oracle: what was lost, what came twice, and which feature is wrong. */
@NullMarked
package io.millrace.testkit.oracle;

import org.jspecify.annotations.NullMarked;
