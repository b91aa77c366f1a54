package io.millrace.contracts.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page of the reference, a part of which must equal what the code says. Run the tests with {@code
 * -Dmillrace.docs.write=true} to write that part anew.
 */
public record Page(Path path) {
  static final String WRITE = "millrace.docs.write";

  public static Page of(String name) {
    return new Page(Path.of("../docs/reference", name));
  }

  /** Asserts that what stands between the page's markers of that name is this text. */
  public void shouldHold(String part, String expected) {
    if (Boolean.getBoolean(WRITE)) {
      String text = text();
      write(text.substring(0, begin(part)) + "\n" + expected + text.substring(end(part)));
    }
    assertThat(between(part))
        .as("%s, part %s; write it with -D%s=true", path, part, WRITE)
        .isEqualTo("\n" + expected);
  }

  public String between(String part) {
    return text().substring(begin(part), end(part));
  }

  private int begin(String part) {
    String marker = "<!-- from the code: " + part + " -->";
    assertThat(text()).contains(marker);
    return text().indexOf(marker) + marker.length();
  }

  private int end(String part) {
    String marker = "<!-- end: " + part + " -->";
    assertThat(text()).contains(marker);
    return text().indexOf(marker);
  }

  private String text() {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String text) {
    try {
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
