package io.millrace.monitor.page;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** This machine's Chromium without a window, with a profile of its own. */
final class Browser implements AutoCloseable {
  /** The same that {@code ./millrace test} looks for. */
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");

  /** Enough for a machine that does much else. */
  static final double PATIENCE_MS = 120_000;

  private static final int WIDTH = 1280;
  private static final int HEIGHT = 900;

  private final Playwright playwright;
  private final BrowserContext context;
  private final Path profile;
  private final List<String> complaints = new ArrayList<>();

  Browser(Path executable) {
    try {
      profile = Files.createTempDirectory("chromium");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    context =
        playwright
            .chromium()
            .launchPersistentContext(
                profile,
                new BrowserType.LaunchPersistentContextOptions()
                    .setExecutablePath(executable)
                    .setHeadless(true)
                    .setTimeout(PATIENCE_MS)
                    .setViewportSize(WIDTH, HEIGHT)
                    .setTimezoneId("America/New_York")
                    .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")));
    context.setDefaultTimeout(PATIENCE_MS);
  }

  /** Where it is, if there is one. */
  static Optional<Path> executable() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  Page page() {
    Page page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
    page.onPageError(complaints::add);
    return page;
  }

  /** What the pages have reported as errors. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  @Override
  public void close() {
    context.close();
    playwright.close();
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
