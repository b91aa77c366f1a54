/** What the services must agree on: the pipeline file, topics, schemas and error codes. */
@NullMarked
package io.millrace.contracts;

import org.jspecify.annotations.NullMarked;
