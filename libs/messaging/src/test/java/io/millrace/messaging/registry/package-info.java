@NullMarked
package io.millrace.messaging.registry;

import org.jspecify.annotations.NullMarked;
