package io.millrace.messaging.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.contracts.errors.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrowserGuardTest {
  private static final BrowserGuard.Rules LOCAL =
      new BrowserGuard.Rules(
          "127.0.0.1", Set.of("https://desk.example.org"), Set.of("proxy.example.org"));
  private static final BrowserGuard.Rules EVERYWHERE =
      new BrowserGuard.Rules("0.0.0.0", Set.of(), Set.of());

  @Test
  void shouldLetACommandLinePass() {
    passes("POST", Map.of());
    passes("POST", Map.of("Content-Length", "0", "Content-Type", "text/plain"));
    passes("POST", Map.of("Content-Length", "2", "Content-Type", "application/json"));
    passes("PUT", Map.of("Content-Length", "2", "Content-Type", "text/plain"));
    passes("DELETE", Map.of());
  }

  @Test
  void shouldLetOurOwnPageAndAllowedOnesPass() {
    passes("POST", Map.of("Origin", "http://localhost:8087", "Sec-Fetch-Site", "same-origin"));
    passes("POST", Map.of("Origin", "https://localhost:8087"));
    passes("POST", Map.of("Origin", "https://desk.example.org", "Sec-Fetch-Site", "cross-site"));
    passes("GET", Map.of("Origin", "https://evil.example.org"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.org",
        "null",
        "http://localhost:3000",
        "https://desk.example.org.evil.example.org"
      })
  void shouldRefuseAPageOfAnotherOrigin(String origin) {
    for (String method : Set.of("POST", "PUT", "DELETE", "PATCH")) {
      refused(LOCAL, method, Map.of("Origin", origin), ErrorCode.ORIGIN_NOT_ALLOWED);
      refused(EVERYWHERE, method, Map.of("Origin", origin), ErrorCode.ORIGIN_NOT_ALLOWED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site"})
  void shouldRefuseAForeignPageThatHidesItsOrigin(String site) {
    refused(LOCAL, "POST", Map.of("Sec-Fetch-Site", site), ErrorCode.ORIGIN_NOT_ALLOWED);
  }

  /** What a form or a script can post without asking first, by the Fetch standard. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "TEXT/PLAIN; charset=utf-8"
      })
  void shouldRefuseWhatAFormCanPost(String type) {
    refused(
        LOCAL,
        "POST",
        Map.of("Content-Type", type, "Content-Length", "2"),
        ErrorCode.UNSUPPORTED_MEDIA_TYPE);
    refused(
        LOCAL,
        "POST",
        Map.of("Content-Type", type, "Transfer-Encoding", "chunked"),
        ErrorCode.UNSUPPORTED_MEDIA_TYPE);
  }

  /** A script can post a Blob that has no type. */
  @Test
  void shouldRefuseABodyOfNoType() {
    refused(LOCAL, "POST", Map.of("Content-Length", "2"), ErrorCode.UNSUPPORTED_MEDIA_TYPE);
  }

  @Test
  void shouldTakeAnyTypeForAQuestion() {
    assertThatCode(
            () ->
                LOCAL.require(
                    "POST",
                    headers(Map.of("Content-Type", "text/plain", "Content-Length", "2")),
                    true))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "127.0.0.1:8081", "[::1]:8081", "x.localhost", "proxy.example.org"})
  void shouldAnswerToTheNamesOfLoopback(String host) {
    assertThatCode(() -> LOCAL.require("GET", headers(Map.of("Host", host)), false))
        .doesNotThrowAnyException();
  }

  /** A name of the attacker's that was made to point here makes his page one of our origin. */
  @ParameterizedTest
  @ValueSource(strings = {"evil.example.org:8081", "", "localhost.evil.example.org", "10.0.0.1"})
  void shouldAnswerToNoOtherNameOnLoopback(String host) {
    refused(LOCAL, "GET", Map.of("Host", host), ErrorCode.HOST_NOT_ALLOWED);
    assertThatCode(() -> EVERYWHERE.require("GET", headers(Map.of("Host", host)), false))
        .doesNotThrowAnyException();
  }

  private static void passes(String method, Map<String, String> headers) {
    assertThatCode(() -> LOCAL.require(method, headers(headers), false)).doesNotThrowAnyException();
  }

  private static void refused(
      BrowserGuard.Rules rules, String method, Map<String, String> headers, ErrorCode code) {
    assertThatExceptionOfType(ProblemException.class)
        .isThrownBy(() -> rules.require(method, headers(headers), false))
        .extracting(ProblemException::code)
        .isEqualTo(code);
  }

  private static BrowserGuard.Headers headers(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(Map.of("Host", "localhost:8087"));
    all.putAll(given);
    return all::get;
  }
}
