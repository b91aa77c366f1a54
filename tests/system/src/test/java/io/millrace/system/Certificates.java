package io.millrace.system;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority and a certificate of its for localhost, made by the JDK's keytool. */
final class Certificates {
  private static final String AUTHORITY = "authority";
  private static final String SERVER = "server";

  private final Path folder;
  private final String password;

  /**
   * @param password of every store in the folder
   */
  Certificates(Path folder, String password) throws Exception {
    this.folder = Files.createDirectories(folder);
    this.password = password;
    keytool("-alias", AUTHORITY, "-dname", "CN=" + folder.getFileName(), "-ext", "bc:c");
    keytool(
        "-alias",
        SERVER,
        "-dname",
        "CN=localhost",
        "-signer",
        AUTHORITY,
        "-ext",
        "san=dns:localhost,ip:127.0.0.1");
    KeyStore all = KeyStore.getInstance(both().toFile(), password.toCharArray());
    Certificate authority = all.getCertificate(AUTHORITY);
    Key key = all.getKey(SERVER, password.toCharArray());
    Certificate[] chain = all.getCertificateChain(SERVER);

    KeyStore trust = empty();
    trust.setCertificateEntry(AUTHORITY, authority);
    write(trust, trustStore());
    KeyStore server = empty();
    server.setKeyEntry(SERVER, key, password.toCharArray(), chain);
    write(server, serverStore());
    Files.writeString(authorityPem(), pem("CERTIFICATE", authority.getEncoded()));
    Files.writeString(serverPem(), pem("CERTIFICATE", chain[0].getEncoded()));
    Files.writeString(serverKeyPem(), pem("PRIVATE KEY", key.getEncoded()));
  }

  /** Whom clients have to trust. */
  Path authorityPem() {
    return folder.resolve("ca.pem");
  }

  /** The same, as PKCS12. */
  Path trustStore() {
    return folder.resolve("trust.p12");
  }

  /** Certificate and key, as PKCS12. */
  Path serverStore() {
    return folder.resolve("server.p12");
  }

  Path serverPem() {
    return folder.resolve("server.pem");
  }

  Path serverKeyPem() {
    return folder.resolve("server.key");
  }

  private Path both() {
    return folder.resolve("both.p12");
  }

  private void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", both().toString(), "-storepass", password));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError("keytool: " + said);
    }
  }

  private KeyStore empty() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, password.toCharArray());
    return store;
  }

  private void write(KeyStore store, Path file) throws Exception {
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, password.toCharArray());
    }
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
        .formatted(kind, Base64.getMimeEncoder().encodeToString(der));
  }
}
