package io.millrace.system;

import io.millrace.local.Options;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One system for all stories that break nothing: it starts once, and its processes are warm. Each
 * story has a pipeline of a name of its own, and deletes it when it ends.
 */
final class WarmMillrace implements ParameterResolver {
  private static final Path HOME = Path.of("target/warm").toAbsolutePath();

  /** Stops with the last test. */
  private record Running(RunningMillrace millrace) implements AutoCloseable {
    static Running start() {
      return new Running(new RunningMillrace(HOME, 18_000, Options.everything().withFreshData()));
    }

    @Override
    public void close() {
      millrace.close();
      millrace.system.home().deleteData();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RunningMillrace.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(WarmMillrace.class))
        .getOrComputeIfAbsent(Running.class, key -> Running.start(), Running.class)
        .millrace();
  }
}
