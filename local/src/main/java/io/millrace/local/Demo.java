package io.millrace.local;

import io.millrace.local.cluster.Parcel;
import io.millrace.local.cluster.ToolMemory;
import io.millrace.local.demo.DemoReport;
import io.millrace.local.demo.DemoRun;
import io.millrace.local.demo.DemoScript;
import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Service;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.running.SystemOption;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the loop close: a model decays, another one is made and takes its place. */
@Command(
    name = "demo",
    description =
        "Replay two months of flights whose airport codes change, and watch the loop close.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the loop has closed, and every count adds up",
      "1:something was not as it must be, with a line that says what"
    },
    footer = {
      "",
      "Deletes the home's data and starts the whole system. On 30 January at noon JFK becomes",
      "KJFK, and so on; only the replay knows. Without --once the system stays up.",
      "With --against or --context it plays on a system that runs already and has never had the",
      "flights."
    })
final class Demo implements Callable<Integer> {
  private static final Path DEFAULT_REPORT = Path.of("demo-report.json");
  private static final String PRINTED = "-";

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  @Mixin private final SystemOption which = new SystemOption();

  @Parameters(
      paramLabel = "FOLDER",
      arity = "0..1",
      description = "The flights (default: examples/flights of the source tree).")
  private @Nullable Path folder;

  @Option(names = "--once", description = "End when the loop has closed, and stop everything.")
  private boolean once;

  @Option(
      names = "--port-base",
      paramLabel = "N",
      defaultValue = "0",
      description = "Added to every port (default: 0).")
  private int portBase;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Where the report goes (default: demo-report.json); "
              + PRINTED
              + ": the standard output, as from a cluster.")
  private @Nullable Path reportFile;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (which.isInCluster()) {
      return playInCluster();
    }
    return which.isElsewhere() ? playElsewhere(out) : playHere(which.home(), out);
  }

  private int playInCluster() {
    if (reportFile != null && !isPrinted()) {
      throw new CommandFailedException("from a cluster the report comes at the end of the output");
    }
    folder = flights();
    return which.runInCluster(Parcel.ofAllIn(folder), ToolMemory.WITH_COUNTS);
  }

  private boolean isPrinted() {
    return reportFile == null ? InPod.isHere() : reportFile.equals(Path.of(PRINTED));
  }

  private int playElsewhere(PrintWriter out) {
    RunningSystem system = which.system().noticing(spec.commandLine().getErr());
    DemoScript script = DemoScript.flights(flights());
    DemoRun.requireUntouched(system, script);
    return requireSuccess(show(new DemoRun(() -> system, script, out).play(once), out));
  }

  private int playHere(Home home, PrintWriter out) {
    try (LocalSystem system = start(home, out)) {
      out.printf("The page: %s%n", system.url(Service.MONITOR.serviceName()));
      out.flush();
      DemoReport report =
          show(
              new DemoRun(() -> RunningSystem.require(home), DemoScript.flights(flights()), out)
                  .play(once),
              out);
      if (!once) {
        // whatever the report says: there is something to look at
        out.println("It stays up for you to explore. Ctrl-C or ./millrace down stops it.");
        out.flush();
        return Up.waitForEnd();
      }
      return requireSuccess(report);
    }
  }

  private Path flights() {
    return folder == null ? Installation.find().root().resolve("examples/flights") : folder;
  }

  private DemoReport show(DemoReport report, PrintWriter out) {
    report.lines().forEach(out::println);
    if (isPrinted()) {
      out.println(report.toJson());
    } else {
      Path file = Objects.requireNonNullElse(reportFile, DEFAULT_REPORT);
      write(report, file);
      out.printf("Report: %s%n", file.toAbsolutePath());
    }
    out.flush();
    return report;
  }

  private static int requireSuccess(DemoReport report) {
    if (!report.failures().isEmpty()) {
      throw new CommandFailedException(
          "the demo did not show what it must: " + String.join("; ", report.failures()));
    }
    return 0;
  }

  private LocalSystem start(Home home, PrintWriter out) {
    int steps = 3 + Service.values().length;
    Options options = Options.everything().withFreshData();
    try (Progress progress = Progress.on(out, "Starting", steps)) {
      LocalSystem system =
          LocalSystem.prepare(
              home.folder(), portBase, options.withListener(new StartProgress(progress)));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> Up.stop(system, out), "stop"));
      try {
        system.startAll(options);
        Up.supervise(system, out);
      } catch (RuntimeException e) {
        system.close();
        throw e;
      }
      return system;
    }
  }

  private static void write(DemoReport report, Path file) {
    try {
      Files.writeString(file, report.toJson());
    } catch (IOException e) {
      throw new UncheckedIOException("the report could not be written", e);
    }
  }
}
