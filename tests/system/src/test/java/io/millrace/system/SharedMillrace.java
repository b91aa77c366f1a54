package io.millrace.system;

import io.millrace.local.Options;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One system for several stories that leave it whole: it starts with the first and stops with the
 * last test. Each story has a pipeline of a name of its own, which it deletes when it ends, or
 * looks at the {@link SharedFlights}.
 */
abstract class SharedMillrace implements ParameterResolver {
  private final String name;
  private final int portBase;
  private final Options options;

  SharedMillrace(String name, int portBase, Options options) {
    this.name = name;
    this.portBase = portBase;
    this.options = options;
  }

  private record Running(RunningMillrace millrace, SharedFlights flights) implements AutoCloseable {
    @Override
    public void close() {
      millrace.close();
      millrace.system.home().deleteData();
    }
  }

  private Running start() {
    RunningMillrace millrace =
        new RunningMillrace(
            Path.of("target", name).toAbsolutePath(), portBase, options.withFreshData());
    return new Running(millrace, new SharedFlights(millrace));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == RunningMillrace.class || type == SharedFlights.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running =
        context
            .getRoot()
            .getStore(Namespace.create(SharedMillrace.class))
            .computeIfAbsent(name, key -> start(), Running.class);
    return parameter.getParameter().getType() == RunningMillrace.class
        ? running.millrace()
        : running.flights();
  }
}
