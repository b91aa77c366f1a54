@NullMarked
package io.millrace.messaging.http;

import org.jspecify.annotations.NullMarked;
