/** Asks for a model, and shows how its run goes on. */
@NullMarked
package io.millrace.local.run;

import org.jspecify.annotations.NullMarked;
