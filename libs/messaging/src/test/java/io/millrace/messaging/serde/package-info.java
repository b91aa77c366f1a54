@NullMarked
package io.millrace.messaging.serde;

import org.jspecify.annotations.NullMarked;
