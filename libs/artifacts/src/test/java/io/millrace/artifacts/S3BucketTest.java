package io.millrace.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.millrace.messaging.clients.ClientSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3BucketTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "'', '', https://models.s3.eu-central-1.amazonaws.com/a",
    "'', true, https://s3.eu-central-1.amazonaws.com/models/a",
    "http://store:9000, '', http://store:9000/models/a",
    "http://store:9000, false, http://models.store:9000/a",
  })
  void shouldNameTheBucketWhereTheEndpointExpectsIt(String endpoint, String pathStyle, URL url)
      throws Exception {
    Map<String, String> settings = new HashMap<>(Map.of("region", "eu-central-1"));
    if (!endpoint.isEmpty()) {
      settings.put("endpoint", endpoint);
    }
    if (!pathStyle.isEmpty()) {
      settings.put("path-style", pathStyle);
    }

    try (S3Bucket bucket = S3Bucket.open("models", s3(settings))) {
      assertThat(bucket.client().utilities().getUrl(object -> object.bucket("models").key("a")))
          .isEqualTo(url);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3:///models",
        "s3://user@models/a",
        "s3://models:9000/a",
        "s3://models/a/../b",
        "s3://models/a//b",
        "s3://models/a?b",
        "s3://models/a#b"
      })
  void shouldRefuseARootThatIsNoBucketAndPrefix(String root) {
    assertThatThrownBy(() -> ArtifactStore.of(store(Map.of("millrace.artifacts.root", root))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(root);
  }

  @ParameterizedTest
  @CsvSource({
    "part-bytes, 5242879, between 5242880 and 268435456",
    "part-bytes, 268435457, between 5242880 and 268435456",
    "access-key-id, AKIA, belong together",
    "secret-access-key-file, /run/secret, belong together",
  })
  void shouldRefuseASettingThatCanNotBe(String setting, String value, String why) {
    assertThatThrownBy(
            () ->
                ArtifactStore.of(
                    store(
                        Map.of(
                            "millrace.artifacts.root",
                            "s3://models",
                            "millrace.artifacts.s3." + setting,
                            value))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("millrace.artifacts.s3")
        .hasMessageContaining(why);
  }

  /** The properties are those by which AWS's clients are told in a pod of EKS, by environment. */
  @Test
  void shouldSignWithAKeyThatIsLentForAWebIdentity() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "header.payload.signature");
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    Queue<String> signed = new ConcurrentLinkedQueue<>();
    HttpServer aws =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    aws.createContext(
        "/",
        exchange -> {
          boolean isQuestion = exchange.getRequestMethod().equals("POST");
          if (isQuestion) {
            asked.add(
                URLDecoder.decode(
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8), UTF_8));
          } else {
            signed.add(
                exchange.getRequestHeaders().getFirst("Authorization")
                    + " "
                    + exchange.getRequestHeaders().getFirst("X-Amz-Security-Token"));
          }
          byte[] answer = isQuestion ? LENT.getBytes(UTF_8) : new byte[0];
          exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    aws.start();
    String endpoint = "http://127.0.0.1:" + aws.getAddress().getPort();
    Map<String, String> properties =
        Map.of(
            "aws.webIdentityTokenFile",
            token.toString(),
            "aws.roleArn",
            "arn:aws:iam::123456789012:role/millrace",
            "aws.endpointUrlSts",
            endpoint,
            "aws.region",
            "us-east-1");
    properties.forEach(System::setProperty);
    try (ArtifactStore store =
        ArtifactStore.of(
            store(
                Map.of(
                    "millrace.artifacts.root",
                    "s3://models",
                    "millrace.artifacts.s3.endpoint",
                    endpoint)))) {
      store.ask();
    } finally {
      properties.keySet().forEach(System::clearProperty);
      aws.stop(0);
    }

    assertThat(asked)
        .singleElement()
        .asString()
        .contains("Action=AssumeRoleWithWebIdentity", "WebIdentityToken=header.payload.signature");
    assertThat(signed)
        .singleElement()
        .asString()
        .contains("Credential=ASIALENT/")
        .endsWith(" the-session");
  }

  private static final String LENT =
      """
      <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult>
          <Credentials>
            <AccessKeyId>ASIALENT</AccessKeyId>
            <SecretAccessKey>lent</SecretAccessKey>
            <SessionToken>the-session</SessionToken>
            <Expiration>2999-01-01T00:00:00Z</Expiration>
          </Credentials>
        </AssumeRoleWithWebIdentityResult>
      </AssumeRoleWithWebIdentityResponse>
      """;

  private ClientSettings.S3 s3(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    settings.forEach((name, value) -> all.put("millrace.artifacts.s3." + name, value));
    return store(all).s3();
  }

  private ClientSettings.Artifacts store(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("millrace.artifacts.s3.cache.dir", folder.resolve("cache").toString());
    return S3Server.settings(all);
  }
}
