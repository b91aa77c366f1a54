package io.millrace.messaging.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStateTest {
  private static final String FLIGHTS = "millrace-validator-flights";

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @Test
  void shouldHaveAFolderForEachBeginning() {
    LocalState state = new LocalState(folder);

    assertThat(state.since(0)).isEqualTo(folder);
    assertThat(state.since(3)).isEqualTo(folder.resolve("since-3"));
  }

  @Test
  void shouldRemoveWhatIsOfOtherBeginningsOfTheApplication() throws IOException {
    Path first = store(folder.resolve(FLIGHTS));
    Path old = store(folder.resolve("since-3").resolve(FLIGHTS));
    Path now = store(folder.resolve("since-7").resolve(FLIGHTS));
    Path others = store(folder.resolve(FLIGHTS + "_2"));
    Path othersNow = store(folder.resolve("since-3").resolve(FLIGHTS + "_2"));

    new LocalState(folder).removeAllBut(FLIGHTS, 7);

    assertThat(first).doesNotExist();
    assertThat(old).doesNotExist();
    assertThat(now).exists();
    assertThat(others).exists();
    assertThat(othersNow).exists();
  }

  @Test
  void shouldRemoveAllOfAnApplication() throws IOException {
    Path first = store(folder.resolve(FLIGHTS));
    Path now = store(folder.resolve("since-7").resolve(FLIGHTS));

    new LocalState(folder).remove(FLIGHTS);
    new LocalState(folder.resolve("none")).remove(FLIGHTS);

    assertThat(first).doesNotExist();
    assertThat(now).doesNotExist();
  }

  private static Path store(Path application) throws IOException {
    Path store = Files.createDirectories(application.resolve("0_1").resolve("rocksdb"));
    Files.writeString(store.resolve("CURRENT"), "x");
    return application;
  }
}
