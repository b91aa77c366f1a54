package io.millrace.artifacts;

import io.millrace.messaging.clients.ClientSettings;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** S3Proxy in this process, with one bucket, whose answers a test may change. */
public final class S3Server implements AutoCloseable {
  static final String BUCKET = "millrace";
  static final String KEY_ID = "local-identity";
  static final String SECRET = "local-credential";

  /** What a test does in place of the stored object's own answer; the default passes it on. */
  static class Answers {
    void get(GetObjectRequest request) {}

    void beforePut(PutObjectRequest request) {}

    void afterPut(PutObjectRequest request) {}

    void beforePart(UploadPartRequest request) {}

    void afterComplete(CompleteMultipartUploadRequest request) {}

    void beforeDeletionOfMany() {}

    /** What the endpoint understands of a request. */
    PutObjectRequest understood(PutObjectRequest request) {
      return request;
    }
  }

  /** Operations on objects as they arrived, such as {@code GET key} and {@code PUT key}. */
  final Queue<String> requests = new ConcurrentLinkedQueue<>();

  volatile Answers answers = new Answers();

  private final BlobStore objects = new TransientNio2BlobStore();
  private URI endpoint = URI.create("http://127.0.0.1:0");
  private S3Proxy proxy = proxy();

  public S3Server() throws Exception {
    objects.createContainer(BUCKET);
    proxy.start();
    endpoint = URI.create("http://127.0.0.1:" + proxy.getPort());
  }

  URI endpoint() {
    return endpoint;
  }

  void stop() throws Exception {
    proxy.stop();
  }

  /** Again, where it was. */
  void start() throws Exception {
    proxy = proxy();
    proxy.start();
  }

  /** Keys as another client would see them. */
  List<String> keys() {
    return objects.list(ListObjectsV2Request.builder().bucket(BUCKET).build()).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  int uploadsBegun() {
    return objects.listMultipartUploads(BUCKET).size();
  }

  /** As it was when new. */
  void empty() {
    answers = new Answers();
    objects.deleteContainer(BUCKET);
    objects.createContainer(BUCKET);
    requests.clear();
  }

  /** Past every store. */
  void write(String key, byte[] content) {
    objects.putBlob(
        PutObjectRequest.builder()
            .bucket(BUCKET)
            .key(key)
            .contentLength((long) content.length)
            .build(),
        new ByteArrayInputStream(content));
  }

  void delete(String key) {
    objects.removeBlob(DeleteObjectRequest.builder().bucket(BUCKET).key(key).build());
  }

  /** For a store whose root is {@code s3://millrace/prefix}. */
  public ClientSettings.Artifacts settings(Path cache, Map<String, String> other) {
    Map<String, String> all = new HashMap<>();
    all.put("millrace.artifacts.root", "s3://" + BUCKET + "/prefix");
    all.put("millrace.artifacts.s3.endpoint", endpoint.toString());
    all.put("millrace.artifacts.s3.access-key-id", KEY_ID);
    all.put("millrace.artifacts.s3.secret-access-key", SECRET);
    all.put("millrace.artifacts.s3.part-bytes", Integer.toString(5 << 20));
    all.put("millrace.artifacts.s3.cache.dir", cache.toString());
    all.putAll(other);
    return settings(all);
  }

  static ClientSettings.Artifacts settings(Map<String, String> all) {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withMapping(ClientSettings.class)
        .withDefaultValues(all)
        .build()
        .getConfigMapping(ClientSettings.class)
        .artifacts();
  }

  @Override
  public void close() throws Exception {
    proxy.stop();
  }

  private S3Proxy proxy() {
    return S3Proxy.builder()
        .blobStore(new Answering())
        .endpoint(endpoint)
        .awsAuthentication(AuthenticationType.AWS_V4, KEY_ID, SECRET)
        .build();
  }

  private final class Answering extends ForwardingBlobStore {
    private Answering() {
      super(objects);
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
      requests.add("GET " + request.key());
      answers.get(request);
      return super.getBlob(request);
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream content) {
      requests.add("PUT " + request.key());
      answers.beforePut(request);
      PutObjectResponse response = super.putBlob(answers.understood(request), content);
      answers.afterPut(request);
      return response;
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
      requests.add("HEAD " + request.key());
      return super.blobMetadata(request);
    }

    @Override
    public DeleteObjectsResponse removeBlobs(DeleteObjectsRequest request) {
      answers.beforeDeletionOfMany();
      requests.add("DELETE " + request.delete().objects().size());
      return super.removeBlobs(request);
    }

    @Override
    public UploadPartResponse uploadMultipartPart(
        MultipartUpload upload, UploadPartRequest request, InputStream content) {
      answers.beforePart(request);
      return super.uploadMultipartPart(upload, request, content);
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
        MultipartUpload upload, CompleteMultipartUploadRequest request) {
      CompleteMultipartUploadResponse response = super.completeMultipartUpload(upload, request);
      answers.afterComplete(request);
      return response;
    }
  }
}
