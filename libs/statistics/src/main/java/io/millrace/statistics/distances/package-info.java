/** How far two distributions are apart. */
@NullMarked
package io.millrace.statistics.distances;

import org.jspecify.annotations.NullMarked;
