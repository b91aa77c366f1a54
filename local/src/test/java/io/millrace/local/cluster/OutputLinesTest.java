package io.millrace.local.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class OutputLinesTest {
  @Test
  void shouldPartTheOutputsThatALogMixes() {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    PrintStream marked = OutputLines.marked(log);
    PrintStream unmarked = new PrintStream(log, true, UTF_8);
    marked.print("{\n  \"é\" : ");
    marked.print("1\n");
    unmarked.println("WARNING: | a word of the JVM");
    marked.println();
    marked.println("| }");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();

    log.toString(UTF_8)
        .lines()
        .forEach(line -> OutputLines.show(line, new PrintWriter(out), new PrintWriter(err)));

    assertThat(out.toString().lines()).containsExactly("{", "  \"é\" : 1", "", "| }");
    assertThat(err.toString().lines()).containsExactly("WARNING: | a word of the JVM");
  }
}
