package io.millrace.messaging.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a resource that says itself which content types it takes: it counts what it refuses, or its
 * clients name none, as {@code curl -d} does, and it only answers questions.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OwnContentTypes {}
