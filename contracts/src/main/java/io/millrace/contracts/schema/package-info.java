/** The Avro records derived from a pipeline file. */
@NullMarked
package io.millrace.contracts.schema;

import org.jspecify.annotations.NullMarked;
