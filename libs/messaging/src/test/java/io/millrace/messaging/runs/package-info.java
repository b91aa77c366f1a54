/** Tests of how runs go by events. */
@NullMarked
package io.millrace.messaging.runs;

import org.jspecify.annotations.NullMarked;
