@NullMarked
package io.millrace.ingest.pipelines;

import org.jspecify.annotations.NullMarked;
