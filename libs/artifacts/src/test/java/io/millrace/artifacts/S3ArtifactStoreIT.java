package io.millrace.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.clients.Neighbour.Answer;
import io.millrace.messaging.failures.Failure;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

class S3ArtifactStoreIT extends ArtifactStoreContract {
  private static final String PREFIX = "prefix/";

  private static S3Server server;

  @TempDir Path folder;
  private final List<ArtifactStore> opened = new ArrayList<>();
  private ArtifactStore store;

  @BeforeAll
  static void start() throws Exception {
    server = new S3Server();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() {
    store = open(folder.resolve("cache"), Map.of());
  }

  @AfterEach
  void close() throws Exception {
    for (ArtifactStore each : opened) {
      each.close();
    }
    server.empty();
  }

  private ArtifactStore open(Path cache, Map<String, String> settings) {
    ArtifactStore another = ArtifactStore.of(server.settings(cache, settings));
    opened.add(another);
    return another;
  }

  private ArtifactStore open(Map<String, String> settings) throws IOException {
    return open(Files.createTempDirectory(folder, "cache"), settings);
  }

  @Override
  ArtifactStore store() {
    return store;
  }

  @Override
  ArtifactStore another() throws IOException {
    return open(Map.of());
  }

  @Override
  URI uri(String name) {
    return URI.create("s3://" + S3Server.BUCKET + "/" + PREFIX + name);
  }

  @Override
  List<String> names() {
    return server.keys().stream().map(key -> key.substring(PREFIX.length())).toList();
  }

  @Override
  void overwrite(String name, byte[] content) {
    server.write(PREFIX + name, content);
  }

  @Override
  void delete(String name) {
    server.delete(PREFIX + name);
  }

  @Test
  void shouldTakeTheWholeBucketAsARoot() throws IOException {
    ArtifactStore whole = open(Map.of("millrace.artifacts.root", "s3://" + S3Server.BUCKET));

    Artifact artifact = whole.put(content("abc"), "flights/a");

    assertThat(artifact.uri()).isEqualTo(URI.create("s3://" + S3Server.BUCKET + "/flights/a"));
    assertThat(server.keys()).containsExactly("flights/a");
    assertThat(whole.verify(artifact)).isEqualTo(new Verification.Intact());
  }

  @Test
  void shouldListMoreThanAPage() throws IOException {
    for (int number = 0; number < 1_003; number++) {
      server.write(PREFIX + "flights/parts/" + number, new byte[] {1});
    }
    server.write("elsewhere/flights/parts/x", new byte[] {1});
    List<String> found = new ArrayList<>();

    store.list("flights", stored -> found.add(stored.name()));

    assertThat(found).hasSize(1_003).allMatch(name -> name.startsWith("flights/parts/"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldDeleteAThousandByOneRequestWhereTheEndpointKnowsIt(boolean known) throws IOException {
    List<ArtifactStore.Stored> files = new ArrayList<>();
    for (int number = 0; number < 2_003; number++) {
      String name = "flights/parts/" + number;
      server.write(PREFIX + name, new byte[] {1});
      if (number % 2 == 0) {
        files.add(new ArtifactStore.Stored(name, 1, Instant.EPOCH));
      }
    }
    if (!known) {
      server.answers =
          new S3Server.Answers() {
            @Override
            void beforeDeletionOfMany() {
              throw new S3ProxyException(S3ErrorCode.NOT_IMPLEMENTED);
            }
          };
    }

    assertThat(store.delete(files, Instant.now().plusSeconds(60)))
        .containsExactlyInAnyOrderElementsOf(files);

    List<String> left = new ArrayList<>();
    store.list("flights", stored -> left.add(stored.name()));
    assertThat(left).hasSize(1_001).noneMatch(name -> name.matches(".*[02468]"));
    assertThat(server.requests).noneMatch(request -> request.startsWith("HEAD"));
    assertThat(server.requests.stream().filter(request -> request.startsWith("DELETE")))
        .hasSize(known ? 2 : 0);
  }

  @Test
  void shouldWaitForAnEndpointThatIsAwayAndReadItsCopiesMeanwhile() throws Exception {
    Artifact artifact = store.put(content("abc"), "a");
    ArtifactStore another = another();
    server.stop();

    assertAway(() -> store.put(content("abd"), "b"));
    assertAway(() -> store.verify(artifact));
    assertAway(() -> another.fetch(artifact));
    assertThat(store.ask()).isInstanceOf(Answer.Away.class);
    assertThat(store.open(artifact)).hasContent("abc");

    server.start();
    assertThat(store.ask()).isEqualTo(new Answer.Accepted());
    assertThat(another.open(artifact)).hasContent("abc");
    store.put(content("abd"), "b");
    assertThat(names()).containsExactly("a", "b");
  }

  @Test
  void shouldNotWaitForEverForAnEndpointThatIsSilent() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      ArtifactStore waiting =
          open(
              Map.of(
                  "millrace.artifacts.s3.endpoint",
                  "http://127.0.0.1:" + silent.getLocalPort(),
                  "millrace.artifacts.s3.timeout",
                  "PT0.1S"));

      assertAway(() -> waiting.put(content("abc"), "a"));
      assertThat(waiting.ask()).isInstanceOf(Answer.Away.class);
    }
  }

  @Test
  void shouldSendARequestAgainThatFailedInPassing() throws Exception {
    Artifact artifact = store.put(content("abc"), "a");
    AtomicInteger failures = new AtomicInteger();
    server.answers =
        new S3Server.Answers() {
          @Override
          void get(GetObjectRequest request) {
            failOnce(failures, S3ErrorCode.INTERNAL_ERROR);
          }
        };

    assertThat(another().open(artifact)).hasContent("abc");
    assertThat(failures).hasValue(2);
  }

  @ParameterizedTest
  @EnumSource(Lost.class)
  void shouldFindItsOwnObjectWhenTheAnswerWasLost(Lost lost) throws Exception {
    AtomicInteger failures = new AtomicInteger();
    server.answers =
        new S3Server.Answers() {
          @Override
          void afterPut(PutObjectRequest request) {
            failOnce(failures, S3ErrorCode.INTERNAL_ERROR);
          }

          @Override
          void afterComplete(CompleteMultipartUploadRequest request) {
            failOnce(failures, S3ErrorCode.INTERNAL_ERROR);
          }
        };

    Artifact artifact = store.put(lost.content(), "models", ".onnx");

    assertThat(failures.get()).isPositive();
    assertThat(another().verify(artifact)).isEqualTo(new Verification.Intact());
  }

  private enum Lost {
    OF_AN_OBJECT(3),
    OF_PARTS(6 << 20);

    private final int bytes;

    Lost(int bytes) {
      this.bytes = bytes;
    }

    byte[] content() {
      byte[] content = new byte[bytes];
      new Random(bytes).nextBytes(content);
      return content;
    }
  }

  @Test
  void shouldLeaveNothingWhenThePartsBreakOff() throws Exception {
    byte[] large = Lost.OF_PARTS.content();
    server.answers =
        new S3Server.Answers() {
          @Override
          void beforePart(UploadPartRequest request) {
            if (request.partNumber() == 2) {
              throw new S3ProxyException(S3ErrorCode.INTERNAL_ERROR);
            }
          }
        };

    assertAway(() -> store.put(large, "models", ".onnx"));
    assertThat(names()).isEmpty();
    assertThat(server.uploadsBegun()).isZero();

    server.answers = new S3Server.Answers();
    Artifact artifact = store.put(large, "models", ".onnx");
    assertThat(another().verify(artifact)).isEqualTo(new Verification.Intact());
  }

  /** As those do that do not know {@code If-None-Match} of what is put. */
  @Test
  void shouldLookFirstWhereTheEndpointIgnoresTheCondition() throws Exception {
    server.answers =
        new S3Server.Answers() {
          @Override
          PutObjectRequest understood(PutObjectRequest request) {
            return request.toBuilder().ifNoneMatch(null).build();
          }
        };
    Artifact artifact = store.put(content("abc"), "a");

    assertThatThrownBy(() -> store.put(content("abd"), "a")).isInstanceOf(ArtifactException.class);
    assertThat(another().verify(artifact)).isEqualTo(new Verification.Intact());
  }

  @Test
  void shouldPutWithoutAConditionWhereTheEndpointRefusesIt() throws Exception {
    server.answers =
        new S3Server.Answers() {
          @Override
          void beforePut(PutObjectRequest request) {
            if (request.ifNoneMatch() != null) {
              throw new S3ProxyException(S3ErrorCode.NOT_IMPLEMENTED);
            }
          }
        };
    Artifact artifact = store.put(content("abc"), "a");

    assertThatThrownBy(() -> store.put(content("abd"), "a")).isInstanceOf(ArtifactException.class);
    assertThat(another().verify(artifact)).isEqualTo(new Verification.Intact());
  }

  @Test
  void shouldSayThatItIsRefusedWithAWrongSecret() throws Exception {
    Artifact artifact = store.put(content("abc"), "a");
    ArtifactStore stranger = open(Map.of("millrace.artifacts.s3.secret-access-key", "wrong"));

    assertRefused(() -> stranger.put(content("abd"), "b"), "SignatureDoesNotMatch");
    assertRefused(() -> stranger.fetch(artifact), "SignatureDoesNotMatch");
    assertRefused(() -> stranger.verify(artifact), "SignatureDoesNotMatch");
    assertThat(stranger.ask())
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.STORE_REFUSED));
    assertThat(names()).containsExactly("a");
  }

  @Test
  void shouldSayThatAccessIsDenied() throws Exception {
    server.answers =
        new S3Server.Answers() {
          @Override
          void beforePut(PutObjectRequest request) {
            throw new S3ProxyException(S3ErrorCode.ACCESS_DENIED);
          }
        };

    assertRefused(() -> store.put(content("abc"), "a"), "AccessDenied");
    assertThat(names()).isEmpty();
  }

  @Test
  void shouldSayThatThereIsNoSuchBucket() throws Exception {
    ArtifactStore lost = open(Map.of("millrace.artifacts.root", "s3://elsewhere/prefix"));
    Artifact artifact = new Artifact(URI.create("s3://elsewhere/prefix/a"), SHA256_OF_ABC, 3);

    assertRefused(() -> lost.put(content("abc"), "a"), "NoSuchBucket");
    assertRefused(() -> lost.fetch(artifact), "NoSuchBucket");
    assertRefused(() -> lost.verify(artifact), "NoSuchBucket");
    assertThat(lost.ask()).isInstanceOf(Answer.Refused.class);
  }

  @Test
  void shouldTakeAKeyThatIsReplacedInItsFiles() throws Exception {
    Path id = Files.writeString(folder.resolve("id"), S3Server.KEY_ID + "\n");
    Path secret = Files.writeString(folder.resolve("secret"), "expired\n");
    ArtifactStore byFiles =
        open(
            Map.of(
                "millrace.artifacts.s3.access-key-id-file", id.toString(),
                "millrace.artifacts.s3.secret-access-key-file", secret.toString()));
    assertRefused(() -> byFiles.put(content("abc"), "a"), "SignatureDoesNotMatch");

    Files.writeString(secret, S3Server.SECRET + "\n");
    byFiles.put(content("abc"), "a");
    assertThat(names()).containsExactly("a");

    Files.delete(secret);
    assertRefused(() -> byFiles.put(content("abd"), "b"), secret.toString());
  }

  @Test
  void shouldNotPutWhatWasDamagedOnItsWay() throws Exception {
    try (Relay relay = new Relay(server.endpoint(), "on its way", "on my way!")) {
      ArtifactStore through =
          open(Map.of("millrace.artifacts.s3.endpoint", relay.endpoint().toString()));
      through.put(content("untouched"), "a");

      assertAway(() -> through.put(content("a text on its way"), "b"));
    }
    assertThat(names()).containsExactly("a");
  }

  @Test
  void shouldFetchAndVerifyOnceUntilTheCopyChanges() throws Exception {
    Artifact artifact = store.put(content("abc"), "a");
    ArtifactStore reader = another();

    for (int i = 0; i < 3; i++) {
      assertThat(reader.open(artifact)).hasContent("abc");
    }
    assertThat(gets()).isEqualTo(1);

    try (LocalFile copy = reader.fetch(artifact)) {
      Files.writeString(copy.path(), "abd");
    }
    assertThat(reader.open(artifact)).hasContent("abc");
    assertThat(gets()).isEqualTo(2);
  }

  @Test
  void shouldKeepItsCopiesThroughARestartAndFetchDamagedOnesAgain() throws Exception {
    Path cache = folder.resolve("kept");
    ArtifactStore before = open(cache, Map.of());
    Artifact whole = before.put(content("abc"), "a");
    Artifact damaged = before.put(content("abd"), "b");
    Artifact cut = before.put(content("abe"), "c");
    Path torn = Files.writeString(cache.resolve("0/.fetch-torn"), "half");
    before.close();
    Files.writeString(cache.resolve("0").resolve(damaged.sha256()), "xyz");
    Files.writeString(cache.resolve("0").resolve(cut.sha256()), "");
    server.requests.clear();

    ArtifactStore after = open(cache, Map.of());

    assertThat(torn).doesNotExist();
    assertThat(after.open(whole)).hasContent("abc");
    assertThat(after.open(damaged)).hasContent("abd");
    assertThat(after.open(cut)).hasContent("abe");
    assertThat(server.requests).containsExactly("GET prefix/b", "GET prefix/c");
  }

  @Test
  void shouldKeepNoMoreCopiesThanTheirBound() throws Exception {
    Path cache = folder.resolve("bounded");
    ArtifactStore reader = open(cache, Map.of("millrace.artifacts.s3.cache.bytes", "7"));
    Artifact a = store.put(content("aaa"), "a");
    Artifact b = store.put(content("bbb"), "b");
    Artifact c = store.put(content("ccc"), "c");
    server.requests.clear();

    assertThat(reader.open(a)).hasContent("aaa");
    assertThat(reader.open(b)).hasContent("bbb");
    assertThat(reader.open(a)).hasContent("aaa");
    assertThat(reader.open(c)).hasContent("ccc"); // b is the one not used for longest
    assertThat(reader.open(a)).hasContent("aaa");
    assertThat(gets()).isEqualTo(3);
    assertThat(copies(cache)).containsExactlyInAnyOrder(a.sha256(), c.sha256());

    reader.put(content("ddd"), "d");
    assertThat(copies(cache)).hasSize(2).contains(a.sha256());

    reader.close();
    open(cache, Map.of("millrace.artifacts.s3.cache.bytes", "3"));
    assertThat(copies(cache)).hasSize(1);
  }

  @Test
  void shouldKeepWhatIsInUseAndSayWhenNoMoreFits() throws Exception {
    Path cache = folder.resolve("bounded");
    ArtifactStore reader = open(cache, Map.of("millrace.artifacts.s3.cache.bytes", "7"));
    Artifact a = store.put(content("aaa"), "a");
    Artifact b = store.put(content("bbb"), "b");
    Artifact c = store.put(content("ccc"), "c");

    try (LocalFile first = reader.fetch(a);
        LocalFile second = reader.fetch(b)) {
      assertThatThrownBy(() -> reader.fetch(c))
          .isInstanceOfSatisfying(
              StoreException.class,
              full -> assertThat(full.code()).isEqualTo(ErrorCode.STORE_CACHE_TOO_SMALL))
          .hasMessageContaining("millrace.artifacts.s3.cache.bytes is 7");
      reader.put(content("ddd"), "d");
      assertThat(first.path()).hasContent("aaa");
      assertThat(second.path()).hasContent("bbb");
      assertThat(copies(cache)).containsExactlyInAnyOrder(a.sha256(), b.sha256());
    }
    assertThat(reader.open(c)).hasContent("ccc");
  }

  private static List<String> copies(Path cache) throws IOException {
    try (Stream<Path> files = Files.list(cache.resolve("0"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private long gets() {
    return server.requests.stream().filter(request -> request.startsWith("GET ")).count();
  }

  private static void failOnce(AtomicInteger failures, S3ErrorCode code) {
    if (failures.getAndIncrement() == 0) {
      throw new S3ProxyException(code);
    }
  }

  private static void assertAway(ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessageStartingWith("the artifact store is away: s3://")
        .satisfies(
            away -> assertThat(Failure.of(away).code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
  }

  private static void assertRefused(ThrowingCallable call, String why) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.STORE_REFUSED))
        .hasMessageStartingWith("the artifact store refuses us: s3://")
        .hasMessageContaining(why)
        .hasMessageNotContaining(S3Server.SECRET);
  }
}
