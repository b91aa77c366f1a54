package io.millrace.system;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One system for all stories that leave it whole: it starts once, and its processes are warm. Each
 * story has a pipeline of a name of its own, which it deletes when it ends, or looks at the {@link
 * WarmFlights}.
 *
 * @see Warm
 */
final class WarmMillrace implements ParameterResolver {
  private static final Path HOME = Path.of("target/warm").toAbsolutePath();

  /** Stops with the last test. */
  private record Running(RunningMillrace millrace, WarmFlights flights) implements AutoCloseable {
    static Running start() {
      RunningMillrace millrace =
          new RunningMillrace(HOME, 18_000, RunningMillrace.everything().withFreshData());
      return new Running(millrace, new WarmFlights(millrace));
    }

    @Override
    public void close() {
      millrace.close();
      millrace.system.home().deleteData();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == RunningMillrace.class || type == WarmFlights.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running =
        context
            .getRoot()
            .getStore(Namespace.create(WarmMillrace.class))
            .getOrComputeIfAbsent(Running.class, key -> Running.start(), Running.class);
    return parameter.getParameter().getType() == RunningMillrace.class
        ? running.millrace()
        : running.flights();
  }
}
