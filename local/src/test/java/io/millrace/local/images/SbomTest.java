package io.millrace.local.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SbomTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @Test
  void shouldNameTheLibrariesOfOthersWithTheirLicences() throws IOException {
    Sbom sbom =
        sbom(
            """
            {"metadata": {"component": {"version": "1.0"}},
             "components": [
               {"group": "org.b", "name": "two", "version": "2",
                "licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "Our own"}}]},
               {"group": "io.millrace", "name": "millrace-contracts", "version": "1.0",
                "licenses": [{"license": {"id": "Apache-2.0"}}]},
               {"group": "org.a", "name": "one", "version": "1",
                "licenses": [{"expression": "EPL-2.0 OR GPL-2.0-only"}]},
               {"group": "org.c", "name": "three", "version": "3"}]}
            """);

    assertThat(sbom.version()).isEqualTo("1.0");
    assertThat(sbom.thirdPartyNotices())
        .isEqualTo(
            """
            This image contains these libraries; texts and notices of their licences are in their jars.

            org.a:one:1  EPL-2.0 OR GPL-2.0-only
            org.b:two:2  MIT, Our own
            org.c:three:3  (no licence is named)
            """);
  }

  private Sbom sbom(String json) throws IOException {
    return Sbom.read(Files.writeString(folder.resolve("bom.json"), json));
  }
}
