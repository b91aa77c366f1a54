package io.millrace.messaging.clients;

import io.millrace.contracts.errors.ErrorCode;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.CommonClientConfigs;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;

/** What has to be said where nothing is at its usual place. */
public final class NamedNeighbours {
  private static final String SERVERS = "kafka." + CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG;

  /** Beside the broker. */
  static final List<String> OF_A_SERVICE =
      List.of("millrace.registry.url", "millrace.redis.url", "millrace.artifacts.root");

  /** MicroProfile's lowest of a file; what the code says by itself stands below. */
  private static final int LEAST_ORDINAL = 100;

  private NamedNeighbours() {}

  /**
   * @param others settings that name those beside the broker
   * @throws ConfigValidationException when one is left to its default, with what to set
   */
  public static void require(KafkaClients kafka, List<String> others, Config config) {
    List<String> missing = new ArrayList<>();
    if (!kafka.isNamed()) {
      missing.add(SERVERS);
    }
    others.stream().filter(setting -> !isSet(setting, config)).forEach(missing::add);
    if (!missing.isEmpty()) {
      String text = String.join(", ", missing.stream().map(NamedNeighbours::text).toList());
      throw new ConfigValidationException(
          new Problem[] {new Problem(ErrorCode.SETTINGS_MISSING + ": set " + text)});
    }
  }

  private static boolean isSet(String setting, Config config) {
    ConfigValue value = config.getConfigValue(setting);
    return value.getValue() != null && value.getSourceOrdinal() >= LEAST_ORDINAL;
  }

  private static String text(String setting) {
    String variable = setting.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    return setting.equals(SERVERS)
        ? variable + " (or MILLRACE_KAFKA_CONFIG, a file that names them)"
        : variable;
  }
}
