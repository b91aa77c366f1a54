@NullMarked
package io.millrace.messaging.clients;

import org.jspecify.annotations.NullMarked;
