package io.millrace.ingest.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Purge;
import io.millrace.ingest.http.RequestBody;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Applies pipeline files, and takes pipelines back. */
@Path("/v1/pipelines")
@Produces(MediaType.APPLICATION_JSON)
public class ApplyResource {
  private final PipelineVersions versions;
  private final PipelineApplications applications;

  @Inject
  public ApplyResource(PipelineVersions versions, PipelineApplications applications) {
    this.versions = versions;
    this.applications = applications;
  }

  /** 201 with the new version; 200 with the version that runs when the file is the same. */
  @PUT
  @Path("/{name}")
  @Consumes({"application/yaml", "application/x-yaml", "text/yaml", "text/plain"})
  @Blocking
  public Response apply(
      @PathParam("name") String name, @Context HttpHeaders headers, InputStream in) {
    String yaml = text(name, RequestBody.read(in, headers, Limit.PIPELINE_FILE_BYTES.most()));
    Pipeline pipeline = PipelineFiles.read(name, yaml);
    return switch (versions.apply(pipeline, yaml)) {
      case Applied.Published published -> {
        applications.acceptNow(published.version());
        yield answer(Response.Status.CREATED, published.version());
      }
      case Applied.Unchanged unchanged -> answer(Response.Status.OK, unchanged.version());
    };
  }

  /**
   * Stops a pipeline: topics and schemas stay, and a file that is applied later counts on from
   * here. With {@code purge} it is removed as well, whole ({@code all}) or but for parts, runs and
   * models ({@code keep-data}): 202, and what becomes of it is told by {@code …/removal}; 200 when
   * it was removed before.
   */
  @DELETE
  @Path("/{name}")
  @Blocking
  public Response delete(
      @PathParam("name") String name, @QueryParam("purge") Optional<String> purge) {
    if (purge.isPresent()) {
      return remove(
          name,
          switch (purge.get()) {
            case "all" -> Purge.DELETE;
            case "keep-data" -> Purge.DELETE_KEEPING_DATA;
            default ->
                throw new ProblemException(
                    ErrorCode.INVALID_REQUEST, "purge is all or keep-data, not " + purge.get());
          });
    }
    PipelineVersion version = versions.delete(name);
    applications.acceptNow(version);
    return answer(Response.Status.OK, version);
  }

  /**
   * Removes all of a pipeline but its file, which is applied again; with {@code keep-models=true}
   * its models stay. 202, and what becomes of it is told by {@code …/removal}.
   */
  @POST
  @Path("/{name}:reset")
  @Blocking
  public Response reset(
      @PathParam("name") String name,
      @QueryParam("keep-models") @DefaultValue("false") boolean keepModels) {
    return remove(name, keepModels ? Purge.RESET_KEEPING_MODELS : Purge.RESET);
  }

  private Response remove(String name, Purge purge) {
    PipelineVersion version = versions.remove(name, purge);
    applications.acceptNow(version);
    return answer(
        PipelineVersions.isRemoved(version) ? Response.Status.OK : Response.Status.ACCEPTED,
        version);
  }

  private static Response answer(Response.Status status, PipelineVersion version) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("pipeline", version.getPipeline());
    body.put("version", version.getVersion());
    body.put("deleted", version.getDeleted());
    Optional.ofNullable(version.getPurge()).ifPresent(purge -> body.put("purge", purge));
    body.put("partitions", version.getPartitions());
    body.put("schemas", new TreeMap<>(version.getSchemas()));
    return Response.status(status).entity(body).build();
  }

  private static String text(String name, byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw PipelineFiles.invalid(
          List.of(
              new PipelineFile.Problem(
                  name + ".yaml", 1, 1, "", "the file is not UTF-8", "save it as UTF-8")));
    }
  }
}
