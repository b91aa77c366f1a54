package io.millrace.messaging.clients;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;

/** The one place where clients of HTTP are made. */
public final class HttpClients {
  private HttpClients() {}

  /** Over TLS it trusts whom the JVM trusts. */
  public static HttpClient connectingWithin(Duration patience) {
    return connectingWithin(patience, Optional.empty());
  }

  static HttpClient connectingWithin(Duration patience, Optional<TrustManagerFactory> trust) {
    HttpClient.Builder client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(patience);
    trust.map(TrustStore::context).ifPresent(client::sslContext);
    return client.build();
  }
}
