package io.millrace.artifacts;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.clients.ClientSettings;
import io.millrace.messaging.clients.Secret;
import io.millrace.messaging.clients.TrustStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * A bucket, how it is reached, and what its failures mean.
 *
 * @param place for messages; names no secret
 */
record S3Bucket(String name, String place, Duration timeout, S3Client client)
    implements AutoCloseable {
  private static final Duration CONNECTING = Duration.ofSeconds(2);

  /** A slower transfer is given up, so that none ever hangs. */
  private static final long LEAST_BYTES_PER_SECOND = 64 << 10;

  private static final int NOT_FOUND = 404;

  /** Of those of 4xx, which else say that we are wrong. */
  private static final Set<Integer> PASSING_STATUS = Set.of(408, 409, 412, 425, 429);

  /** What was sent got lost or damaged on its way. */
  private static final Set<String> PASSING_CODE =
      Set.of(
          "RequestTimeout",
          "IncompleteBody",
          "BadDigest",
          "XAmzContentSHA256Mismatch",
          "XAmzContentChecksumMismatch");

  static S3Bucket open(String name, ClientSettings.S3 settings) {
    UrlConnectionHttpClient.Builder http =
        UrlConnectionHttpClient.builder()
            .connectionTimeout(CONNECTING)
            .socketTimeout(settings.timeout());
    TrustStore.of(settings.trust())
        .map(TrustManagerFactory::getTrustManagers)
        .ifPresent(trusted -> http.tlsTrustManagersProvider(() -> trusted));
    S3ClientBuilder client =
        S3Client.builder()
            .httpClientBuilder(http)
            .region(Region.of(settings.region()))
            .credentialsProvider(credentials(settings))
            .forcePathStyle(settings.pathStyle().orElse(settings.endpoint().isPresent()))
            .serviceConfiguration(all -> all.chunkedEncodingEnabled(false))
            // ours are SHA-256 of whole files, and not every endpoint knows those of the SDK
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(all -> all.retryStrategy(RetryMode.STANDARD));
    settings.endpoint().ifPresent(client::endpointOverride);
    String place =
        "s3://%s at %s"
            .formatted(name, settings.endpoint().map(Object::toString).orElse(settings.region()));
    return new S3Bucket(name, place, settings.timeout(), client.build());
  }

  private static AwsCredentialsProvider credentials(ClientSettings.S3 settings) {
    Supplier<Optional<String>> id =
        Secret.reading(settings.accessKeyId(), settings.accessKeyIdFile());
    Supplier<Optional<String>> secret =
        Secret.reading(settings.secretAccessKey(), settings.secretAccessKeyFile());
    Supplier<Optional<String>> token =
        Secret.reading(settings.sessionToken(), settings.sessionTokenFile());
    boolean hasId = settings.accessKeyId().isPresent() || settings.accessKeyIdFile().isPresent();
    boolean hasSecret =
        settings.secretAccessKey().isPresent() || settings.secretAccessKeyFile().isPresent();
    if (hasId != hasSecret) {
      throw new IllegalArgumentException(
          "millrace.artifacts.s3: access-key-id and secret-access-key belong together");
    }
    AwsCredentialsProvider found =
        hasId
            ? () -> key(id.get().orElseThrow(), secret.get().orElseThrow(), token.get())
            : DefaultCredentialsProvider.builder().build();
    return () -> {
      try {
        return found.resolveCredentials();
      } catch (SdkClientException | UncheckedIOException e) {
        throw new NoKeyException(e);
      }
    };
  }

  private static AwsCredentials key(String id, String secret, Optional<String> token) {
    return token
        .<AwsCredentials>map(lent -> AwsSessionCredentials.create(id, secret, lent))
        .orElseGet(() -> AwsBasicCredentials.create(id, secret));
  }

  /** Ends a request that moves so many bytes when it takes far too long. */
  Consumer<AwsRequestOverrideConfiguration.Builder> within(long bytes) {
    return all ->
        all.apiCallAttemptTimeout(timeout.plusSeconds(1 + bytes / LEAST_BYTES_PER_SECOND));
  }

  /** Whether there is no such object, although there is such a bucket. */
  static boolean isMissing(SdkException failure) {
    return failure instanceof AwsServiceException said
        && said.statusCode() == NOT_FOUND
        && !errorCode(said).equals("NoSuchBucket");
  }

  /** A failure as the store tells it: refused, or away. */
  IOException failure(SdkException failure) {
    if (failure instanceof AbortedException || Thread.currentThread().isInterrupted()) {
      Thread.currentThread().interrupt();
      InterruptedIOException stopped = new InterruptedIOException("interrupted: " + place);
      stopped.initCause(failure);
      return stopped;
    }
    if (failure instanceof AwsServiceException said && isRefusal(said)) {
      return refused("%s (%d)".formatted(words(said), said.statusCode()), failure);
    }
    return Stream.iterate((Throwable) failure, cause -> cause != null, Throwable::getCause)
        .filter(c -> c instanceof NoKeyException || c instanceof CertificateException)
        .findFirst()
        .<IOException>map(cause -> refused(String.valueOf(cause.getMessage()), failure))
        .orElseGet(
            () ->
                new IOException(
                    "the artifact store is away: %s: %s".formatted(place, failure.getMessage()),
                    failure));
  }

  /** Why one of many objects could not be deleted. */
  IOException failure(S3Error said) {
    String words = "%s: %s, %s".formatted(said.key(), said.code(), said.message());
    return "AccessDenied".equals(said.code())
        ? refused(words, null)
        : new IOException("the artifact store is away: %s: %s".formatted(place, words));
  }

  private StoreException refused(String why, @Nullable SdkException failure) {
    return new StoreException(
        ErrorCode.STORE_REFUSED,
        "the artifact store refuses us: %s: %s".formatted(place, why),
        failure);
  }

  /** Another region, a wrong signature, no right, no bucket: what does not pass by itself. */
  private static boolean isRefusal(AwsServiceException said) {
    return said.statusCode() >= 300
        && said.statusCode() < 500
        && !PASSING_STATUS.contains(said.statusCode())
        && !PASSING_CODE.contains(errorCode(said))
        && !said.isThrottlingException();
  }

  private static String words(AwsServiceException said) {
    AwsErrorDetails details = said.awsErrorDetails();
    return details == null || details.errorCode() == null
        ? "no reason given"
        : details.errorCode() + ", " + details.errorMessage();
  }

  private static String errorCode(AwsServiceException said) {
    AwsErrorDetails details = said.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  @Override
  public void close() {
    client.close();
  }

  /** There is no key to sign with. */
  private static final class NoKeyException extends SdkClientException {
    private static final long serialVersionUID = 1L;

    NoKeyException(RuntimeException cause) {
      super(builder().message("there is no key to sign with: " + cause.getMessage()).cause(cause));
    }
  }
}
