package io.millrace.system;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A story on a system whose processes are killed, one story at a time: those first, one after
 * another, as a thread does nothing else while it waits for its turn.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Killed.Millrace.class)
@ResourceLock("killed")
@Order(1)
@interface Killed {
  /** Starts it. */
  final class Millrace extends SharedMillrace {
    Millrace() {
      super("killed", 16_000, RunningMillrace.everything());
    }
  }
}
