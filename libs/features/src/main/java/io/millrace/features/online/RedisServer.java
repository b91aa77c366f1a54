package io.millrace.features.online;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.TrustManagerFactory;

/**
 * Where Redis is, and as whom it is asked.
 *
 * @param url {@code rediss://} for TLS
 * @param username of an ACL; the default user when left out
 * @param password asked for at each connection; what the URL says when left out
 * @param trust whose certificates count; those that the JVM trusts when left out
 */
public record RedisServer(
    URI url,
    Optional<String> username,
    Supplier<Optional<String>> password,
    Optional<TrustManagerFactory> trust) {

  /** By the address alone. */
  public static RedisServer at(URI url) {
    return new RedisServer(url, Optional.empty(), Optional::empty, Optional.empty());
  }

  RedisURI uri(Duration timeout) {
    RedisURI uri = RedisURI.create(url);
    uri.setTimeout(timeout);
    return uri;
  }

  /**
   * From now on with the password, if there is one.
   *
   * @throws java.io.UncheckedIOException when it can't be read now
   */
  void authenticate(RedisURI uri) {
    if (password.get().isPresent()) {
      uri.setCredentialsProvider(
          RedisCredentialsProvider.from(
              () ->
                  RedisCredentials.just(
                      username.orElse(null), password.get().orElse("").toCharArray())));
    }
  }

  /** Names no secret. */
  @Override
  public String toString() {
    return url.getScheme() + "://" + url.getHost() + ":" + url.getPort();
  }
}
