/** The schema registry: ids, schemas and compatibility. */
@NullMarked
package io.millrace.messaging.registry;

import org.jspecify.annotations.NullMarked;
