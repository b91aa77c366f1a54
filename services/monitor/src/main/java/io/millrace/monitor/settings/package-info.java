/** What monitor alone can be told, and what all of it shares. */
@NullMarked
package io.millrace.monitor.settings;

import org.jspecify.annotations.NullMarked;
