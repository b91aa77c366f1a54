/** The settings that every service has. */
@NullMarked
package io.millrace.messaging.settings;

import org.jspecify.annotations.NullMarked;
