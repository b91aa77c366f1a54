package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule catches what breaks it, in manifests that break none otherwise. */
class BadManifestsTest {
  private static final Outside NOTHING = new Outside(Set.of(), List.of(), Set.of());

  /**
   * One break.
   *
   * @param good what stands in the file
   * @param bad what stands there instead
   * @param said part of what the rule says
   */
  record Break(Rule rule, String good, String bad, String said) {}

  static Stream<Break> breaks() {
    return Stream.of(
        new Break(Rule.SCHEMA, "maxUnavailable: 1", "maxUnavailabel: 1", "maxUnavailabel"),
        new Break(Rule.SCHEMA, "minReplicaCount: 1", "minReplicaCount: one", "minReplicaCount"),
        new Break(Rule.SCHEMA, "minReplicaCount: 1", "minReplicas: 1", "minReplicas"),
        new Break(Rule.SCHEMA, "containerPort: 8082", "containerPort: http", "containerPort"),
        new Break(Rule.SCHEMA, "{path: /q/health/ready", "{url: /q/health/ready", "url"),
        new Break(Rule.SCHEMA, "patternType: literal", "patternType: suffix", "patternType"),
        new Break(Rule.SCHEMA, "podMetricsEndpoints:", "endpoints:", "endpoints"),
        new Break(Rule.SCHEMA, "keda.sh/v1alpha1", "keda.sh/v2", "no known kind"),
        new Break(Rule.SCHEMA, "  serviceName: validator\n", "  podAntiAffinity: {}\n", "podAnti"),
        new Break(
            Rule.UNIQUE,
            "kind: PodMonitor\nmetadata:\n  name: services",
            "kind: NetworkPolicy\nmetadata:\n  name: to-redis",
            "twice"),
        new Break(Rule.CONFIGURATION_EXISTS, "secretName: secrets", "secretName: secret", "Secret"),
        new Break(
            Rule.CONFIGURATION_EXISTS,
            "configMapRef: {name: settings}",
            "configMapRef: {name: setting}",
            "ConfigMap"),
        new Break(
            Rule.CONFIGURATION_EXISTS,
            "serviceAccountName: validator",
            "serviceAccountName: v",
            "ServiceAccount"),
        new Break(Rule.CONFIGURATION_EXISTS, "serviceName: redis", "serviceName: r", "Service"),
        new Break(Rule.PORTS_EXIST, "ready, port: http", "ready, port: web", "web"),
        new Break(Rule.PORTS_EXIST, "targetPort: http", "targetPort: web", "web"),
        new Break(Rule.PORTS_EXIST, "ports: [{port: redis}]", "ports: [{port: 6380}]", "6380"),
        new Break(Rule.PORTS_EXIST, "[{port: http, path", "[{port: web, path", "web"),
        new Break(Rule.VOLUMES_EXIST, "[{name: data, mountPath", "[{name: date, mountPath", "date"),
        new Break(
            Rule.VOLUMES_EXIST, "volumes: [", "volumes: [{name: more, emptyDir: {}}, ", "more"),
        new Break(Rule.FILES_EXIST, "secrets/redis-password", "secrets/redis-pasword", "pasword"),
        new Break(
            Rule.FILES_EXIST,
            "/etc/millrace/secrets/redis",
            "/etc/millrace/secret/redis",
            "secret/"),
        new Break(
            Rule.SCALED_EXISTS,
            "kind: StatefulSet, name: validator",
            "kind: Deployment, name: validator",
            "scales nothing"),
        new Break(
            Rule.SCALED_EXISTS,
            "  serviceName: validator\n",
            "  serviceName: validator\n  replicas: 2\n",
            "replicas"),
        new Break(
            Rule.SELECTED,
            "  selector: {app.kubernetes.io/name: redis,",
            "  selector: {app.kubernetes.io/name: reddis,",
            "Service redis"),
        new Break(
            Rule.SELECTED,
            "  maxUnavailable: 1\n  selector: {matchLabels: {app.kubernetes.io/name: validator, ",
            "  maxUnavailable: 1\n  selector: {matchLabels: {",
            "[validator, redis]"),
        new Break(
            Rule.SELECTED,
            "podSelector: {matchLabels: {app.kubernetes.io/component: service,",
            "podSelector: {matchLabels: {app.kubernetes.io/component: services,",
            "a peer of ingress"),
        new Break(
            Rule.SELECTED, "          matchLabelKeys: [app.kubernetes.io/name]\n", "", "together"),
        new Break(
            Rule.SELECTED,
            "[app.kubernetes.io/name]",
            "[app.kubernetes.io/name, app.kubernetes.io/instance]",
            "refused"),
        new Break(
            Rule.OF_ONE_RELEASE,
            "podSelector: {matchLabels: {app.kubernetes.io/name: redis, app.kubernetes.io/instance: a}}",
            "podSelector: {matchLabels: {app.kubernetes.io/name: redis}}",
            "any release"),
        new Break(
            Rule.OF_ONE_RELEASE,
            "{matchExpressions: [{key: app, operator: In, values: [keda-operator]}]}",
            "{matchLabels: {app: keda-operator, app.kubernetes.io/instance: a}}",
            "another namespace"),
        new Break(
            Rule.LABELLED,
            "component: neighbour, app.kubernetes.io/instance: a, app.kubernetes.io/part-of: millrace",
            "component: neighbour, app.kubernetes.io/instance: a",
            "lacks"),
        new Break(
            Rule.CLAIMS_NEVER_CHANGE,
            "{name: data, labels: {",
            "{name: data, labels: {app.kubernetes.io/version: 0.1.0, ",
            "version"),
        new Break(Rule.DRAINABLE, "maxUnavailable: 1", "maxUnavailable: 0", "nobody"),
        new Break(Rule.DRAINABLE, "maxUnavailable: 1", "minAvailable: 1", "nobody"),
        new Break(
            Rule.PROBED,
            "          livenessProbe: {httpGet: {path: /q/health/live, port: http}}\n",
            "",
            "livenessProbe"),
        new Break(
            Rule.PROBED,
            "          readinessProbe: {tcpSocket: {port: redis}}\n",
            "",
            "readinessProbe"),
        new Break(Rule.LIMITED, ", limits: {memory: 256Mi}", "", "limits/memory"),
        new Break(Rule.LIMITED, "{cpu: 75m, memory: 256Mi}", "{memory: 256Mi}", "requests/cpu"),
        new Break(
            Rule.RESTRICTED,
            "{allowPrivilegeEscalation: false,",
            "{privileged: true, allowPrivilegeEscalation: false,",
            "privileged"),
        new Break(Rule.RESTRICTED, "allowPrivilegeEscalation: false, ", "", "more privileges"),
        new Break(Rule.RESTRICTED, "drop: [ALL]", "drop: [ALL], add: [NET_ADMIN]", "capabilities"),
        new Break(
            Rule.RESTRICTED,
            "readOnlyRootFilesystem: true",
            "readOnlyRootFilesystem: false",
            "root"),
        new Break(Rule.RESTRICTED, "runAsUser: 65532", "runAsUser: 0", "root"),
        new Break(Rule.RESTRICTED, "{runAsNonRoot: true, seccomp", "{seccomp", "root"),
        new Break(Rule.RESTRICTED, ", seccompProfile: {type: RuntimeDefault}", "", "seccomp"),
        new Break(
            Rule.RESTRICTED,
            "volumes: [{name: secrets, secret: {secretName: secrets}}]",
            "volumes: [{name: secrets, hostPath: {path: /etc}}]",
            "hostPath"),
        new Break(
            Rule.RESTRICTED,
            "      serviceAccountName: validator\n",
            "      serviceAccountName: validator\n      hostNetwork: true\n",
            "hostNetwork"),
        new Break(Rule.RESTRICTED, "      automountServiceAccountToken: false\n", "", "token"),
        new Break(Rule.IMAGES_PINNED, "validator:0.1.0", "validator:latest", "latest"),
        new Break(Rule.IMAGES_PINNED, "validator:0.1.0", "validator", "whatever"),
        new Break(Rule.IMAGES_PINNED, "@sha256:0123", "@sha256:01234", "whatever"),
        new Break(
            Rule.SETTINGS_DOCUMENTED,
            "MILLRACE_REDIS_LOGIN_PASSWORD_FILE",
            "MILLRACE_REDIS_PASSWORD_FILE",
            "nobody reads"),
        new Break(
            Rule.SETTINGS_DOCUMENTED,
            "KAFKA_BOOTSTRAP_SERVERS",
            "KAFKA_BOOTSTRAP_SERVER",
            "nobody reads"),
        new Break(Rule.ADDRESSES_EXIST, "REDIS: redis", "REDIS: reddis", "reddis"),
        new Break(Rule.ADDRESSES_EXIST, "${REDIS}:6379", "${REDIS}:6380", "6380"),
        new Break(
            Rule.ADDRESSES_EXIST, "validator.n.svc:8082", "validator.m.svc:8082", "validator.m"),
        new Break(Rule.ADDRESSES_EXIST, "validator.n.svc:8082", "validator.n.svc:8081", "8081"),
        new Break(
            Rule.LET_THROUGH,
            "ports: [{port: redis}]",
            "ports: [{port: http}]",
            "StatefulSet redis:redis"),
        new Break(
            Rule.LET_THROUGH,
            "ports: [{port: 6379}]",
            "ports: [{port: 6380}]",
            "StatefulSet redis:redis"),
        new Break(Rule.LET_THROUGH, "metadata.name: keda}", "metadata.name: kedar}", "KEDA"),
        new Break(Rule.LET_THROUGH, "values: [prometheus]", "values: [prometheuses]", "Prometheus"),
        new Break(
            Rule.WRITERS_AS_IN_THE_CODE,
            "name: millrace.runs, patternType: literal",
            "name: millrace., patternType: prefix",
            "millrace.models"),
        new Break(
            Rule.WRITERS_AS_IN_THE_CODE,
            "[Read, Write, Describe]",
            "[Read, Describe]",
            "millrace.runs"),
        new Break(
            Rule.OF_ONE_PREFIX,
            "name: millrace-trainer, patternType: prefix",
            "name: other-trainer, patternType: prefix",
            "KafkaUser trainer has a right on other-trainer"),
        new Break(
            Rule.OF_ONE_PREFIX,
            "name: millrace-trainer, patternType: prefix",
            "name: millrace, patternType: prefix",
            "has a right on millrace"),
        new Break(
            Rule.OF_ONE_PREFIX, "MILLRACE_PREFIX: millrace", "MILLRACE_PREFIX: other", "trainer"),
        new Break(
            Rule.TOOL_HAS_A_USER,
            "tool-kafka-user: cli",
            "tool-kafka-user: trainer",
            "no KafkaUser trainer"));
  }

  @Test
  void shouldFindNothingWrongWithGoodOnes() throws IOException {
    assertThat(Rule.all(Kustomize.parse(good()), NOTHING)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("breaks")
  void shouldFind(Break made) throws IOException {
    String good = good();
    assertThat(good).contains(made.good());

    Manifests bad =
        Kustomize.parse(
            good.replaceFirst(Pattern.quote(made.good()), Matcher.quoteReplacement(made.bad())));

    assertThat(made.rule().violations(bad, NOTHING))
        .anySatisfy(line -> assertThat(line).contains(made.said()));
  }

  @Test
  void shouldHaveABreakOfEachRule() {
    assertThat(breaks().map(Break::rule).distinct()).containsAll(Arrays.asList(Rule.values()));
  }

  private static String good() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(BadManifestsTest.class.getResourceAsStream("/good.yaml"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
