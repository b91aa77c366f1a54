@NullMarked
package io.millrace.messaging.streams;

import org.jspecify.annotations.NullMarked;
