/** How many records stand before groups, as the broker tells. */
@NullMarked
package io.millrace.messaging.lag;

import org.jspecify.annotations.NullMarked;
