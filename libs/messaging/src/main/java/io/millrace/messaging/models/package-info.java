/** What the topic {@code millrace.models} says: which versions there are, and what is live. */
@NullMarked
package io.millrace.messaging.models;

import org.jspecify.annotations.NullMarked;
