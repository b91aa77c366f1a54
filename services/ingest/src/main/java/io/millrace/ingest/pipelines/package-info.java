/** Pipeline files: checked, registered and published as versions. */
@NullMarked
package io.millrace.ingest.pipelines;

import org.jspecify.annotations.NullMarked;
