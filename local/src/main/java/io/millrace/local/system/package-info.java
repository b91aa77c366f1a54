/** The components of the system: what each is started with and when it is ready. */
@NullMarked
package io.millrace.local.system;

import org.jspecify.annotations.NullMarked;
