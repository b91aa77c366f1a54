/** Tests of what is known of models. */
@NullMarked
package io.millrace.messaging.models;

import org.jspecify.annotations.NullMarked;
