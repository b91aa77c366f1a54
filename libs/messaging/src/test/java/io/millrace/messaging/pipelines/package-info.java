/** Tests of the lifecycle of pipelines. */
@NullMarked
package io.millrace.messaging.pipelines;

import org.jspecify.annotations.NullMarked;
