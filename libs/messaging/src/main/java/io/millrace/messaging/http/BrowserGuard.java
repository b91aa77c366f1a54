package io.millrace.messaging.http;

import io.millrace.contracts.errors.ErrorCode;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the web pages that somebody visits from using the services that his machine can reach: no
 * page of another origin, no form, and no foreign name that was made to point here.
 *
 * <p>What is no browser sends no {@code Origin}, and is asked for nothing but a content type.
 */
@Provider
public class BrowserGuard implements ContainerRequestFilter {
  private final Instance<HttpSettings> settings;
  private final ResourceInfo resource;
  private volatile @Nullable Rules rules;

  /**
   * @param settings asked for at the first request, as filters are made before settings are read
   */
  @Inject
  public BrowserGuard(Instance<HttpSettings> settings, @Context ResourceInfo resource) {
    this.settings = settings;
    this.resource = resource;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    rules()
        .require(
            request.getMethod(),
            name -> header(request, name),
            resource.getResourceClass().isAnnotationPresent(OwnContentTypes.class));
  }

  /** HTTP/2 has an authority instead of a host. */
  private static @Nullable String header(ContainerRequestContext request, String name) {
    String value = request.getHeaderString(name);
    return value == null && name.equals(HttpHeaders.HOST)
        ? request.getUriInfo().getRequestUri().getAuthority()
        : value;
  }

  private Rules rules() {
    Rules known = rules;
    if (known == null) {
      known =
          new Rules(
              ConfigProvider.getConfig().getValue("quarkus.http.host", String.class),
              settings.get().allowedOrigins().orElse(Set.of()),
              settings.get().allowedHosts().orElse(Set.of()));
      rules = known;
    }
    return known;
  }

  /** A request's headers, by name. */
  interface Headers {
    @Nullable String get(String name);
  }

  /**
   * What is refused.
   *
   * @param listening the host that the service listens on
   */
  record Rules(String listening, Set<String> origins, Set<String> hosts) {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final Predicate<String> LOOPBACK =
        Pattern.compile("(.+\\.)?localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[?::1]?").asMatchPredicate();
    private static final Pattern PORT = Pattern.compile(":\\d+$");

    /** A page can post none of these elsewhere without asking first, and nobody says yes. */
    private static final Predicate<String> STRUCTURED =
        Pattern.compile("application/(json|yaml|x-yaml|x-ndjson|ndjson|.+\\+json)|text/yaml")
            .asMatchPredicate();

    void require(String method, Headers headers, boolean anyContentType) {
      requireHost(headers.get(HttpHeaders.HOST));
      if (!SAFE.contains(method)) {
        requireOrigin(headers);
      }
      if (method.equals("POST") && !anyContentType) {
        requireContentType(headers);
      }
    }

    private void requireHost(@Nullable String authority) {
      String host =
          authority == null
              ? ""
              : PORT.matcher(authority.toLowerCase(Locale.ROOT)).replaceFirst("");
      if (LOOPBACK.test(listening) && !LOOPBACK.test(host) && !hosts.contains(host)) {
        throw new ProblemException(
            ErrorCode.HOST_NOT_ALLOWED,
            "this service listens on loopback and answers to no other name; set"
                + " millrace.http.allowed-hosts");
      }
    }

    private void requireOrigin(Headers headers) {
      String origin = headers.get("Origin");
      String site = headers.get("Sec-Fetch-Site");
      boolean allowed =
          origin == null
              ? site == null || site.equals("same-origin") || site.equals("none")
              : isOwn(origin, headers.get(HttpHeaders.HOST)) || origins.contains(origin);
      if (!allowed) {
        throw new ProblemException(
            ErrorCode.ORIGIN_NOT_ALLOWED,
            "a page of another origin may not do that; set millrace.http.allowed-origins");
      }
    }

    private static boolean isOwn(String origin, @Nullable String host) {
      return host != null && (origin.equals("http://" + host) || origin.equals("https://" + host));
    }

    private static void requireContentType(Headers headers) {
      String type = headers.get("Content-Type");
      String length = headers.get("Content-Length");
      boolean empty =
          length == null
              ? type == null && headers.get("Transfer-Encoding") == null
              : length.equals("0");
      if (!empty
          && (type == null
              || !STRUCTURED.test(type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT)))) {
        throw new ProblemException(
            ErrorCode.UNSUPPORTED_MEDIA_TYPE,
            "a body needs a Content-Type such as application/json, not "
                + (type == null ? "none" : type));
      }
    }
  }
}
