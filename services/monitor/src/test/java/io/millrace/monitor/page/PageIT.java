package io.millrace.monitor.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.monitor.ControlBroker;
import io.millrace.monitor.ControlWriter;
import io.millrace.monitor.Story;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page in a real browser; what it looked like is left in {@code target/screenshots}. */
@QuarkusTest
@QuarkusTestResource(ControlBroker.class)
@Tag("browser")
class PageIT {

  @Inject KafkaClients clients;
  @Inject ArtifactStore store;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  @TestHTTPResource("/")
  URI root;

  private ControlWriter writer;
  private Browser browser;

  @BeforeEach
  void open() {
    browser = new Browser(Browser.executable().orElseThrow());
    writer = new ControlWriter(clients);
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.close();
      writer.close();
    }
  }

  @Test
  void shouldSayWhatToDoBeforeThereIsAPipeline() {
    Page page = browser.page();
    page.route(
        "**/v1/pipelines",
        route -> route.fulfill(new Route.FulfillOptions().setBody("{\"pipelines\": []}")));

    page.navigate(root.toString());

    says(page.locator("#summary"), "No pipeline yet");
    assertThat(page.locator("#sections")).isHidden();
    says(page.locator("#connection"), "live");
    shoot(page, "1-no-pipeline");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void shouldBeSensibleBeforeAnyData() {
    new Story(writer, store, "nothing").apply();
    Page page = browser.page();

    page.navigate(root + "#nothing");

    says(page.locator("#summary"), "0 of 200,000 labelled rows until the first training");
    says(page.locator("#metric-empty"), "No prediction has met its outcome yet");
    says(page.locator("#alerts"), "No alert so far");
    says(page.locator("#drift"), "No window has closed yet");
    says(page.locator("#runs"), "No run yet");
    says(page.locator("#lineage"), "No model is live yet");
    shoot(page, "2-before-any-data");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void shouldShowTheLoopCloseAsItHappens() throws Exception {
    Traffic traffic = new Traffic(bootstrapServers, "loop");
    traffic.write(5_000);
    traffic.readUpTo(1_234);
    Story story = new Story(writer, store, "loop").apply();
    Page page = browser.page();
    page.navigate(root + "#loop");
    says(page.locator("#summary"), "None yet");
    says(page.locator("[data-service=validator]"), "3,766");

    story.firstChampion();
    says(page.locator("#summary"), "Version 1");
    says(page.locator("#lineage"), "first model: 204,512 labelled rows had come");

    story.decay();
    says(page.locator("#summary"), "2 up");
    says(page.locator("#alerts"), "decay: auc of version 1 is 0.6100");
    says(page.locator("#alerts"), "at first it was 0.7302 (limit 0.6502)");
    hasCount(page.locator("#drift td.over"), 4);
    says(page.locator("#drift-kind"), "against the window 1 day before");
    assertThat(page.locator("#drift td.over").first())
        .hasAttribute(
            "title",
            Pattern.compile(
                ".* bits \\(limit 0.1, by chance 0.0012\\), .* values against .* of the window of .*"));
    shoot(page, "3-decay");

    story.recovery();
    says(page.locator("#summary"), "Version 2");
    says(page.locator("[data-run='20010131T000000-9f8e7d6c']"), "AUC of version 1 fell to 0.610");
    says(
        page.locator("#lineage"),
        "AUC of version 1 fell to 0.610 (usual 0.7258, limit 0.6458; at first 0.7302, limit 0.6502)");
    hasCount(page.locator("#metric-chart canvas"), 1);

    story.openRun();
    says(page.locator("[data-outcome=OPEN]"), "running 42 %");
    says(page.locator("[data-service=trainer]"), "train 42 %");
    page.locator("button[data-kind=SKEW]").click();
    hasCount(page.locator("#drift td.over"), 4);
    hasCount(page.locator("#drift td.unknown"), 18);
    page.locator("#lineage summary").click();
    shoot(page, "4-recovery");
    page.setViewportSize(420, 900);
    shoot(page, "5-narrow");
    assertThat(browser.complaints()).isEmpty();
  }

  /** The answers are on their way. */
  @Test
  void shouldSayNothingOfWhatIsNotKnownYet() {
    new Story(writer, store, "slow").apply().firstChampion();
    Page page = browser.page();
    page.route("**/v1/pipelines/slow/**", route -> {}); // never answered
    page.navigate(root + "#slow");

    for (String section : List.of("#metric-empty", "#alerts", "#drift", "#runs", "#lineage")) {
      says(page.locator(section), "Loading");
    }
    assertThat(page.locator("#summary")).not().containsText("None");
  }

  /** The first pipeline is applied while the page is open. */
  @Test
  void shouldFillItselfWhenAPipelineIsApplied() {
    Page page = browser.page();
    page.navigate(root + "#late");
    says(page.locator("#connection"), "live");

    new Story(writer, store, "late").apply();
    page.locator("#pipeline option[value=late]").waitFor(attached());

    page.locator("#pipeline").selectOption("late");
    says(page.locator("#summary"), "None yet");
  }

  @Test
  void shouldShowThePipelineThatIsChosen() {
    new Story(writer, store, "one").apply().firstChampion();
    new Story(writer, store, "other").apply();
    Page page = browser.page();
    page.navigate(root + "#one");
    says(page.locator("#summary"), "Version 1");

    page.locator("#pipeline option[value=other]").waitFor(attached());
    page.locator("#pipeline").selectOption("other");

    says(page.locator("#summary"), "None yet");
    assertThat(page.url()).endsWith("#other");
  }

  private static Locator.WaitForOptions attached() {
    return new Locator.WaitForOptions()
        .setState(com.microsoft.playwright.options.WaitForSelectorState.ATTACHED)
        .setTimeout(Browser.PATIENCE_MS);
  }

  private static void says(Locator where, String text) {
    assertThat(where).containsText(text, new ContainsTextOptions().setTimeout(Browser.PATIENCE_MS));
  }

  private static void hasCount(Locator what, int count) {
    assertThat(what).hasCount(count, new HasCountOptions().setTimeout(Browser.PATIENCE_MS));
  }

  private static void shoot(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setFullPage(true)
            .setPath(Path.of("target/screenshots/" + name + ".png")));
  }
}
