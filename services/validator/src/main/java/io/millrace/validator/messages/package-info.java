/**
 * What the reading half of the topology tells the deduplicating one, and what leaves for topics.
 */
@NullMarked
package io.millrace.validator.messages;

import org.jspecify.annotations.NullMarked;
