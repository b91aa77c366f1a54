@NullMarked
package io.millrace.messaging.parts;

import org.jspecify.annotations.NullMarked;
