package io.millrace.system;

import io.millrace.local.Options;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A story on a system whose processes are never killed and become warm. They are told one after
 * another, and all others beside them.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Warm.Millrace.class)
@Execution(ExecutionMode.SAME_THREAD)
@interface Warm {
  /** Starts it. */
  final class Millrace extends SharedMillrace {
    Millrace() {
      super("warm", 18_000, Options.everything());
    }
  }
}
