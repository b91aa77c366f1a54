/** Tests of what is shown of a run. */
@NullMarked
package io.millrace.local.run;

import org.jspecify.annotations.NullMarked;
