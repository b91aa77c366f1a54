package io.millrace.artifacts;

import io.millrace.messaging.clients.ClientSettings;
import io.millrace.messaging.clients.Neighbour.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Artifacts as objects of a bucket. An object becomes visible with all of its content or not at
 * all, which S3 itself promises; what is read is copied to the local disk and verified there.
 */
final class S3ArtifactStore implements ArtifactStore {
  private static final Logger LOG = LoggerFactory.getLogger(S3ArtifactStore.class);

  /** Every part but the last; S3's own bound. */
  private static final long LEAST_PART_BYTES = 5 << 20;

  private static final long MOST_PART_BYTES = 256 << 20;
  private static final int MOST_PARTS = 10_000;
  private static final int TRIES = 3;
  private static final Duration QUESTION = Duration.ofSeconds(5);
  private static final int NOT_IMPLEMENTED = 501;

  /** Of one request that deletes; S3's own bound. */
  private static final int MOST_KEYS = 1_000;

  /** What an endpoint answers that knows no such request, or wants it otherwise. */
  private static final Set<Integer> NO_DELETION_OF_MANY = Set.of(400, 405, 411, NOT_IMPLEMENTED);

  /** Conflict with another writer; the condition that there be nothing does not hold. */
  private static final Set<Integer> OVERTAKEN = Set.of(409, 412);

  private static final String OCTETS = "application/octet-stream";
  private static final Pattern NAME = Pattern.compile("[^/\\p{Cntrl}]+(/[^/\\p{Cntrl}]+)*");

  private final S3Bucket bucket;
  private final S3Client client;
  private final String prefix;
  private final long partBytes;
  private final FileCache cache;
  private final Clock clock = Clock.systemUTC();

  /** Whether the endpoint deletes many objects by one request. */
  private volatile boolean atOnce = true;

  /** Whether the endpoint knows a condition of what is put. */
  private volatile boolean conditional = true;

  /**
   * @param root {@code s3://bucket} or {@code s3://bucket/prefix}
   * @throws IllegalArgumentException when the root or a setting can't be
   */
  S3ArtifactStore(URI root, ClientSettings.S3 settings) {
    String path = root.getPath() == null ? "" : root.getPath().replaceAll("^/|/$", "");
    String name = root.getAuthority();
    if (name == null
        || name.matches(".*[:@].*")
        || root.getQuery() != null
        || root.getFragment() != null
        || !(path.isEmpty() || isPlain(path))) {
      throw new IllegalArgumentException("millrace.artifacts.root: no bucket and prefix: " + root);
    }
    if (settings.partBytes() < LEAST_PART_BYTES || settings.partBytes() > MOST_PART_BYTES) {
      throw new IllegalArgumentException(
          "millrace.artifacts.s3.part-bytes: %d is not between %d and %d"
              .formatted(settings.partBytes(), LEAST_PART_BYTES, MOST_PART_BYTES));
    }
    this.prefix = path.isEmpty() ? "" : path + "/";
    this.partBytes = settings.partBytes();
    this.bucket = S3Bucket.open(name, settings);
    this.client = bucket.client();
    this.cache = FileCache.open(settings.cache().dir(), settings.cache().bytes());
  }

  @Override
  public Artifact put(InputStream content, String name) throws IOException {
    if (!isPlain(name)) {
      throw new IllegalArgumentException("not a name for an artifact: " + name);
    }
    String key = prefix + name;
    Path file = cache.newFile();
    try {
      Digest digest;
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
        digest = Digest.copy(content, out);
      }
      put(file, digest, key);
      Artifact artifact = new Artifact(uri(key), digest.sha256(), digest.bytes());
      cache.keep(file, artifact);
      return artifact;
    } finally {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public Verification verify(Artifact artifact) throws IOException {
    return read(key(artifact), artifact.bytes(), OutputStream::nullOutputStream)
        .<Verification>map(
            found ->
                found.equals(artifact.digest())
                    ? new Verification.Intact()
                    : new Verification.Damaged(found))
        .orElseGet(Verification.Missing::new);
  }

  @Override
  public LocalFile fetch(Artifact artifact) throws IOException {
    String key = key(artifact);
    Optional<LocalFile> copy = cache.find(artifact);
    if (copy.isPresent()) {
      return copy.get();
    }
    try (FileCache.Room room = cache.reserve(artifact.bytes())) {
      Digest found =
          read(key, artifact.bytes(), () -> Files.newOutputStream(room.file()))
              .orElseThrow(() -> ArtifactException.missing(artifact));
      if (!found.equals(artifact.digest())) {
        throw ArtifactException.damaged(artifact, found);
      }
      return room.keep(artifact);
    }
  }

  /** Of what is gone a copy that is here is put again. */
  @Override
  public void renew(Artifact artifact) throws IOException {
    try (LocalFile file = fetch(artifact)) {
      put(file.path(), artifact.digest(), key(artifact));
    }
  }

  @Override
  public void list(String folder, Consumer<Stored> each) throws IOException {
    if (!folder.isEmpty() && !isPlain(folder)) {
      throw new IllegalArgumentException("not a name for an artifact: " + folder);
    }
    String below = prefix + (folder.isEmpty() ? "" : folder + "/");
    try {
      for (S3Object object : objects(request -> request.prefix(below))) {
        String name = object.key().substring(prefix.length());
        if (isPlain(name)) {
          each.accept(new Stored(name, object.size(), object.lastModified()));
        }
      }
    } catch (SdkException e) {
      throw bucket.failure(e);
    }
  }

  @Override
  public List<Stored> delete(List<Stored> files, Instant before) throws IOException {
    NavigableMap<String, Stored> old = new TreeMap<>();
    for (Stored file : files) {
      if (!isPlain(file.name())) {
        throw new IllegalArgumentException("not a name for an artifact: " + file.name());
      }
      if (file.at().isBefore(before)) {
        old.put(prefix + file.name(), file);
      }
    }
    List<Stored> gone = new ArrayList<>();
    while (!old.isEmpty()) {
      NavigableMap<String, Stored> some = new TreeMap<>();
      while (some.size() < MOST_KEYS && !old.isEmpty()) {
        Map.Entry<String, Stored> next = old.pollFirstEntry();
        some.put(next.getKey(), next.getValue());
      }
      try {
        some.keySet().retainAll(stillOld(some, before));
        deleteAll(some.keySet()).forEach(key -> gone.add(some.get(key)));
      } catch (SdkException e) {
        throw bucket.failure(e);
      }
    }
    return gone;
  }

  /**
   * Which of some objects were not put anew since they were listed, by a request for a thousand.
   */
  private Set<String> stillOld(NavigableMap<String, Stored> objects, Instant before) {
    String first = objects.firstKey();
    String last = objects.lastKey();
    Set<String> old = new HashSet<>();
    for (S3Object object :
        objects(
            request ->
                request
                    .prefix(common(first, last))
                    .startAfter(first.substring(0, first.length() - 1)))) {
      if (objects.containsKey(object.key()) && object.lastModified().isBefore(before)) {
        old.add(object.key());
      }
      if (object.key().compareTo(last) >= 0) {
        break;
      }
    }
    return old;
  }

  /** Page by page as they are taken, in the order of their keys. */
  private Iterable<S3Object> objects(Consumer<ListObjectsV2Request.Builder> which) {
    return client
        .listObjectsV2Paginator(
            request ->
                which.accept(request.bucket(bucket.name()).overrideConfiguration(bucket.within(0))))
        .contents();
  }

  private static String common(String a, String b) {
    int end = 0;
    while (end < Math.min(a.length(), b.length()) && a.charAt(end) == b.charAt(end)) {
      end++;
    }
    return a.substring(0, end);
  }

  /** By one request, or one each where the endpoint knows no other way. */
  private Set<String> deleteAll(Set<String> keys) throws IOException {
    if (keys.isEmpty()) {
      return Set.of();
    }
    if (atOnce) {
      try {
        return deleteAtOnce(keys);
      } catch (S3Exception e) {
        if (!NO_DELETION_OF_MANY.contains(e.statusCode())) {
          throw e;
        }
        LOG.warn("{} deletes objects only one by one: {}", bucket.place(), e.getMessage());
        atOnce = false;
      }
    }
    for (String key : keys) {
      client.deleteObject(
          request ->
              request.bucket(bucket.name()).key(key).overrideConfiguration(bucket.within(0)));
    }
    return Set.copyOf(keys);
  }

  private Set<String> deleteAtOnce(Set<String> keys) throws IOException {
    List<ObjectIdentifier> objects =
        keys.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList();
    DeleteObjectsResponse answer =
        client.deleteObjects(
            request ->
                request
                    .bucket(bucket.name())
                    .delete(all -> all.objects(objects))
                    .overrideConfiguration(bucket.within(0)));
    if (!answer.errors().isEmpty()) {
      throw bucket.failure(answer.errors().getFirst());
    }
    return answer.deleted().stream().map(DeletedObject::key).collect(Collectors.toSet());
  }

  /** By a listing, as an answer to HEAD has no body that could say why we are refused. */
  @Override
  public Answer ask() {
    try {
      client.listObjectsV2(
          request ->
              request
                  .bucket(bucket.name())
                  .prefix(prefix)
                  .maxKeys(1)
                  .overrideConfiguration(
                      all -> all.apiCallTimeout(QUESTION).apiCallAttemptTimeout(QUESTION)));
      return new Answer.Accepted();
    } catch (SdkException e) {
      IOException failure = bucket.failure(e);
      String reason = String.valueOf(failure.getMessage());
      return failure instanceof StoreException refused
          ? new Answer.Refused(refused.code(), reason)
          : new Answer.Away(reason);
    }
  }

  /** Looks first: an endpoint that knows no condition would replace what is there. */
  private void put(Path file, Digest digest, String key) throws IOException {
    for (int left = TRIES - 1; ; left--) {
      try {
        Optional<Instant> there = putAt(key);
        if (there.isPresent()) {
          requireSame(key, digest);
          if (there.get().isBefore(clock.instant().minus(YOUNG))) {
            put(file, digest, key, null);
          }
        } else {
          put(file, digest, key, absent());
        }
        return;
      } catch (S3Exception e) {
        if (conditional && e.statusCode() == NOT_IMPLEMENTED) {
          LOG.warn("{} puts only without a condition: {}", bucket.place(), e.getMessage());
          conditional = false;
        } else if (left == 0 || !isOvertaken(e)) {
          throw bucket.failure(e);
        }
      } catch (SdkException e) {
        throw bucket.failure(e);
      }
    }
  }

  /**
   * @param ifNoneMatch a condition of what is there
   */
  private void put(Path file, Digest digest, String key, @Nullable String ifNoneMatch)
      throws IOException {
    if (digest.bytes() > partBytes) {
      putParts(file, digest.bytes(), key, ifNoneMatch);
    } else {
      putWhole(file, digest, key, ifNoneMatch);
    }
  }

  private void putWhole(Path file, Digest digest, String key, @Nullable String ifNoneMatch) {
    client.putObject(
        request ->
            request
                .bucket(bucket.name())
                .key(key)
                .ifNoneMatch(ifNoneMatch)
                .checksumSHA256(base64(digest))
                .overrideConfiguration(bucket.within(digest.bytes())),
        RequestBody.fromFile(file));
  }

  /** Nothing is visible before the last request; what was begun and given up is removed. */
  private void putParts(Path file, long bytes, String key, @Nullable String ifNoneMatch)
      throws IOException {
    String upload =
        client
            .createMultipartUpload(
                request ->
                    request
                        .bucket(bucket.name())
                        .key(key)
                        .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                        .overrideConfiguration(bucket.within(0)))
            .uploadId();
    try (InputStream content = Files.newInputStream(file)) {
      List<CompletedPart> parts = new ArrayList<>();
      int each = Math.toIntExact(Math.max(partBytes, Math.ceilDiv(bytes, MOST_PARTS)));
      for (byte[] part = content.readNBytes(each);
          part.length > 0;
          part = content.readNBytes(each)) {
        parts.add(putPart(part, key, upload, parts.size() + 1));
      }
      client.completeMultipartUpload(
          request ->
              request
                  .bucket(bucket.name())
                  .key(key)
                  .uploadId(upload)
                  .ifNoneMatch(ifNoneMatch)
                  .multipartUpload(all -> all.parts(parts))
                  .overrideConfiguration(bucket.within(bytes)));
    } catch (IOException | RuntimeException e) {
      abort(key, upload);
      throw e;
    }
  }

  private CompletedPart putPart(byte[] part, String key, String upload, int number) {
    String sha256 = base64(Digest.of(part));
    String tag =
        client
            .uploadPart(
                request ->
                    request
                        .bucket(bucket.name())
                        .key(key)
                        .uploadId(upload)
                        .partNumber(number)
                        .checksumSHA256(sha256)
                        .overrideConfiguration(bucket.within(part.length)),
                RequestBody.fromContentProvider(
                    ContentStreamProvider.fromByteArrayUnsafe(part), part.length, OCTETS))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(tag).checksumSHA256(sha256).build();
  }

  /** One that can't be is left to the bucket's own rules; it shows under no name. */
  private void abort(String key, String upload) {
    try {
      client.abortMultipartUpload(
          request ->
              request
                  .bucket(bucket.name())
                  .key(key)
                  .uploadId(upload)
                  .overrideConfiguration(all -> all.apiCallTimeout(QUESTION)));
    } catch (SdkException e) {
      LOG.warn("{} an upload of {} could not be removed: {}", bucket.place(), key, e.getMessage());
    }
  }

  /** When an object was put that is there; now, where the endpoint does not say. */
  private Optional<Instant> putAt(String key) throws IOException {
    try {
      Instant at =
          client
              .headObject(
                  request ->
                      request
                          .bucket(bucket.name())
                          .key(key)
                          .overrideConfiguration(bucket.within(0)))
              .lastModified();
      return Optional.of(at == null ? clock.instant() : at);
    } catch (S3Exception e) {
      // an answer to HEAD has no body that could say why we are refused
      return S3Bucket.isMissing(e)
          ? Optional.empty()
          : read(key, 0, OutputStream::nullOutputStream).map(found -> clock.instant());
    }
  }

  private void requireSame(String key, Digest expected) throws IOException {
    Optional<Digest> found = read(key, expected.bytes(), OutputStream::nullOutputStream);
    if (found.isPresent() && !found.get().equals(expected)) {
      throw ArtifactException.other(uri(key), found.get(), expected);
    }
  }

  /**
   * Copies an object, from the start whenever it breaks off, unless its length is not as promised.
   *
   * @return its digest; nothing when there is no such object
   */
  private Optional<Digest> read(String key, long promised, Target target) throws IOException {
    try {
      return Optional.of(
          client.getObject(
              request ->
                  request
                      .bucket(bucket.name())
                      .key(key)
                      .overrideConfiguration(bucket.within(promised)),
              (response, content) -> {
                boolean right = Objects.equals(response.contentLength(), promised);
                try (OutputStream to = right ? target.open() : OutputStream.nullOutputStream()) {
                  return Digest.copy(content, to);
                } catch (IOException e) {
                  throw RetryableException.create("broke off: " + e.getMessage(), e);
                }
              }));
    } catch (SdkException e) {
      if (S3Bucket.isMissing(e)) {
        return Optional.empty();
      }
      throw bucket.failure(e);
    }
  }

  /** By another writer, or by a request of ours whose answer was lost. */
  private static boolean isOvertaken(S3Exception e) {
    return OVERTAKEN.contains(e.statusCode()) || S3Bucket.isMissing(e);
  }

  private @Nullable String absent() {
    return conditional ? "*" : null;
  }

  private static String base64(Digest digest) {
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(digest.sha256()));
  }

  private URI uri(String key) {
    try {
      return new URI("s3", bucket.name(), "/" + key, null, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not a name for an artifact: " + key, e);
    }
  }

  private String key(Artifact artifact) {
    URI uri = artifact.uri();
    String path = uri.getPath();
    if (!"s3".equals(uri.getScheme())
        || !bucket.name().equals(uri.getAuthority())
        || !path.startsWith("/" + prefix)
        || !isPlain(path.substring(1 + prefix.length()))) {
      throw new IllegalArgumentException("outside of the artifact store: " + uri);
    }
    return path.substring(1);
  }

  private static boolean isPlain(String name) {
    return NAME.matcher(name).matches()
        && Stream.of(name.split("/")).noneMatch(part -> part.equals(".") || part.equals(".."));
  }

  @Override
  public void close() throws IOException {
    bucket.close();
    cache.close();
  }

  @FunctionalInterface
  private interface Target {
    OutputStream open() throws IOException;
  }
}
