/** Tests of how records are read and written. */
@NullMarked
package io.millrace.messaging.serde;

import org.jspecify.annotations.NullMarked;
