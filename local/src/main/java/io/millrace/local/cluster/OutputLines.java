package io.millrace.local.cluster;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * A pod's log mixes both outputs. In a pod the tool marks the lines of the standard output, and
 * where they are read they go there; all others go to the error output, the JVM's own among them.
 */
public final class OutputLines {
  private static final String MARK = "| ";

  private OutputLines() {}

  /** Puts the mark before each line. */
  public static PrintStream marked(OutputStream out) {
    return new PrintStream(new Marking(out), true, StandardCharsets.UTF_8);
  }

  static void show(String line, PrintWriter out, PrintWriter err) {
    if (line.startsWith(MARK)) {
      out.println(line.substring(MARK.length()));
      out.flush();
    } else {
      err.println(line);
      err.flush();
    }
  }

  private static final class Marking extends FilterOutputStream {
    private boolean atBegin = true;

    Marking(OutputStream out) {
      super(out);
    }

    @Override
    public synchronized void write(int b) throws IOException {
      if (atBegin) {
        out.write(MARK.getBytes(StandardCharsets.UTF_8));
      }
      out.write(b);
      atBegin = b == '\n';
    }
  }
}
