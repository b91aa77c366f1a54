/**
 * Avro in the registry's wire format, and CloudEvents headers, without work per record that can be
 * done once per schema.
 */
@NullMarked
package io.millrace.messaging.serde;

import org.jspecify.annotations.NullMarked;
