/** How neighbours are reached: one set of settings, and the one place where clients are made. */
@NullMarked
package io.millrace.messaging.clients;

import org.jspecify.annotations.NullMarked;
