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
 * @param timeout how long a connection, a command or a read may take
 */
public record RedisServer(
    URI url,
    Optional<String> username,
    Supplier<Optional<String>> password,
    Optional<TrustManagerFactory> trust,
    Duration timeout) {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  public RedisServer {
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException(
          "millrace.redis.timeout is longer than nothing, not " + timeout);
    }
  }

  /** By the address alone. */
  public static RedisServer at(URI url) {
    return new RedisServer(url, Optional.empty(), Optional::empty, Optional.empty(), TIMEOUT);
  }

  /** The same, asked more or less patiently. */
  public RedisServer within(Duration patience) {
    return new RedisServer(url, username, password, trust, patience);
  }

  RedisURI uri() {
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
