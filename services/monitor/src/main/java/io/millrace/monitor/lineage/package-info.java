/** What made a model: the rows, the transform, the parameters, the run and the reason for it. */
@NullMarked
package io.millrace.monitor.lineage;

import org.jspecify.annotations.NullMarked;
