package io.millrace.local.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who listens on a port, as far as the machine's tools tell. */
final class PortHolder {
  private static final Pattern SS = Pattern.compile("pid=(\\d+)");
  private static final Pattern LSOF = Pattern.compile("^(\\d+)$", Pattern.MULTILINE);

  private PortHolder() {}

  static Optional<Long> of(int port) {
    return ask(SS, List.of("ss", "-H", "-l", "-t", "-n", "-p", "sport = :" + port))
        .or(() -> ask(LSOF, List.of("lsof", "-nP", "-t", "-iTCP:" + port, "-sTCP:LISTEN")));
  }

  private static Optional<Long> ask(Pattern pid, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(2, TimeUnit.SECONDS);
      Matcher matcher = pid.matcher(answer);
      return matcher.find() ? Optional.of(Long.valueOf(matcher.group(1))) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // the tool is not there: the line goes without the pid
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
