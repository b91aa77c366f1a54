/** How fast the services go and how much they have before them, as the broker tells. */
@NullMarked
package io.millrace.monitor.lag;

import org.jspecify.annotations.NullMarked;
