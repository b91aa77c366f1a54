package io.millrace.messaging.clients;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How the schema registry is reached.
 *
 * @param authorization the header of that name, if one is wanted
 */
public record RegistryAccess(URI url, HttpClient http, Supplier<Optional<String>> authorization) {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Without TLS or with whom the JVM trusts, and without a token. */
  public static RegistryAccess open(URI url) {
    return new RegistryAccess(url, HttpClients.connectingWithin(PATIENCE), Optional::empty);
  }

  /** As it is set: a token wins over a login. */
  public static RegistryAccess of(ClientSettings.Registry settings) {
    Optional<Secret> token = Secret.of(settings.token(), settings.tokenFile());
    ClientSettings.Login login = settings.login();
    Optional<Secret> password = Secret.of(login.password(), login.passwordFile());
    return new RegistryAccess(
        settings.url(),
        HttpClients.connectingWithin(PATIENCE, TrustStore.of(settings.trust())),
        () ->
            token
                .map(t -> "Bearer " + t.reveal())
                .or(
                    () ->
                        login
                            .username()
                            .flatMap(user -> password.map(p -> basic(user, p.reveal())))));
  }

  private static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  /** Names no secret. */
  @Override
  public String toString() {
    return url.toString();
  }
}
