package io.millrace.messaging.clients;

import io.millrace.contracts.errors.ErrorCode;
import java.util.function.Supplier;

/**
 * A server that this service works with.
 *
 * @param question asks it whether it takes us; blocks for some seconds at most
 */
public record Neighbour(String name, Supplier<Answer> question) {
  /** What it says. */
  public sealed interface Answer {
    /** It takes us. */
    record Accepted() implements Answer {}

    /** It does not answer, and will when it is back. */
    record Away(String reason) implements Answer {}

    /** It would answer others: what is set here, or there, has to change. */
    record Refused(ErrorCode code, String reason) implements Answer {}
  }
}
