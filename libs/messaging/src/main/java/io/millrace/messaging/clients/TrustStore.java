package io.millrace.messaging.clients;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom a client trusts, from a file of PEM certificates or a key store. */
public final class TrustStore {
  private static final String PEM = "-----BEGIN CERTIFICATE-----";

  private TrustStore() {}

  /**
   * What is set, if anything is.
   *
   * @throws IllegalArgumentException when the file holds no certificate that can be read
   */
  public static Optional<TrustManagerFactory> of(ClientSettings.Trust settings) {
    return settings
        .store()
        .map(file -> load(file, Secret.of(settings.password(), settings.passwordFile())));
  }

  static SSLContext context(TrustManagerFactory trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  private static TrustManagerFactory load(Path file, Optional<Secret> password) {
    try {
      byte[] content = Files.readAllBytes(file);
      KeyStore store =
          new String(content, StandardCharsets.ISO_8859_1).contains(PEM)
              ? pem(content)
              : KeyStore.getInstance(
                  file.toFile(), password.map(s -> s.reveal().toCharArray()).orElse(null));
      if (store.size() == 0) {
        throw new IllegalArgumentException("the trust store " + file + " holds no certificate");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return trust;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("the trust store " + file + " can't be read", e);
    }
  }

  private static KeyStore pem(byte[] content) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(content))) {
      store.setCertificateEntry("certificate-" + number++, certificate);
    }
    return store;
  }
}
