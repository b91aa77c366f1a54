package io.millrace.local.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** A command as it was given here, said so that it means the same in the pod. */
final class ToolArguments {
  /** Where the system is; the pod is told otherwise. */
  private static final Set<String> WHERE =
      Set.of("--context", "--namespace", "--instance", "--tool-image", "--home", "--against");

  private ToolArguments() {}

  /**
   * The arguments. A path is sent as it is now, which need not be as it was given.
   *
   * @param against where the services answer, as {@code --against} takes it
   * @param nameThere of a path
   */
  static List<String> of(ParseResult given, String against, Function<Path, String> nameThere) {
    List<String> arguments = new ArrayList<>();
    arguments.add(given.commandSpec().name());
    for (OptionSpec option : given.matchedOptions().stream().distinct().toList()) {
      if (WHERE.contains(option.longestName())) {
        continue;
      }
      if (option.arity().max() == 0) {
        arguments.add(option.longestName());
      } else {
        option
            .originalStringValues()
            .forEach(value -> arguments.add(option.longestName() + "=" + value));
      }
    }
    arguments.add("--against=" + against);
    arguments.add("--");
    for (PositionalParamSpec parameter : given.commandSpec().positionalParameters()) {
      if (parameter.getValue() instanceof Path path) {
        arguments.add(nameThere.apply(path));
      } else {
        arguments.addAll(parameter.originalStringValues());
      }
    }
    return arguments;
  }
}
