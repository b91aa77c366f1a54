/** Tests of the control plane's records. */
@NullMarked
package io.millrace.messaging.control;

import org.jspecify.annotations.NullMarked;
