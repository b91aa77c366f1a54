/** What the topic {@code millrace.datasets} says: which parts of rows there are. */
@NullMarked
package io.millrace.messaging.parts;

import org.jspecify.annotations.NullMarked;
