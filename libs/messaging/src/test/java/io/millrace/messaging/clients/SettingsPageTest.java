package io.millrace.messaging.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.drain.DrainSettings;
import io.millrace.messaging.http.HttpSettings;
import io.smallrye.config.ConfigMappings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsPageTest {
  @Test
  void shouldNameEverySetting() throws Exception {
    String page = Files.readString(Path.of("../../docs/reference/settings.md"));
    for (Class<?> mapping :
        List.of(ClientSettings.class, DrainSettings.class, HttpSettings.class)) {
      assertThat(
              ConfigMappings.getProperties(ConfigMappings.ConfigClass.configClass(mapping))
                  .keySet())
          .isNotEmpty()
          .map(name -> name.replace("[*]", ""))
          .allSatisfy(name -> assertThat(page).containsAnyOf("`" + name + "`", shortened(name)));
    }
  }

  /** As in "`millrace.redis.trust.store`, `.trust.password`". */
  private static String shortened(String name) {
    String group = name.substring(0, name.lastIndexOf('.'));
    return (group.endsWith(".trust") && name.startsWith("millrace.redis") ? "`.trust." : "`.")
        + name.substring(name.lastIndexOf('.') + 1)
        + "`";
  }
}
