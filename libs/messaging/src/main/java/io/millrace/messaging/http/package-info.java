/** Errors as problem+json, the same for every service. */
@NullMarked
package io.millrace.messaging.http;

import org.jspecify.annotations.NullMarked;
