@NullMarked
package io.millrace.messaging.json;

import org.jspecify.annotations.NullMarked;
