/** Records of the control plane: one key a fact, one partition a pipeline. */
@NullMarked
package io.millrace.messaging.control;

import org.jspecify.annotations.NullMarked;
