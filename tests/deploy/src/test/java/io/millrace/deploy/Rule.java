package io.millrace.deploy;

import java.util.List;
import java.util.stream.Stream;

/** What has to be true of manifests, as far as that can be seen without a cluster. */
enum Rule {
  SCHEMA(SchemaCheck::violations),
  UNIQUE(References::twice),
  CONFIGURATION_EXISTS(References::missing),
  PORTS_EXIST(References::ports),
  VOLUMES_EXIST(References::volumes),
  FILES_EXIST(References::files),
  SCALED_EXISTS(References::scaled),
  SELECTED(Selections::violations),
  OF_ONE_RELEASE(Selections::ofOneRelease),
  LABELLED(Selections::unlabelled),
  CLAIMS_NEVER_CHANGE(Selections::claims),
  DRAINABLE(Selections::blocked),
  PROBED(Pods::probes),
  LIMITED(Pods::limits),
  RESTRICTED(Pods::restrictions),
  IMAGES_PINNED(Pods::images),
  SETTINGS_DOCUMENTED(Settings::undocumented),
  ADDRESSES_EXIST(Settings::addresses),
  LET_THROUGH(Network::closed),
  WRITERS_AS_IN_THE_CODE(Acls::violations),
  OF_ONE_PREFIX(Acls::ofAnotherRelease),
  TOOL_HAS_A_USER(Acls::toolWithoutUser);

  private interface Check {
    Stream<String> violations(Manifests all, Outside outside);
  }

  private final Check check;

  Rule(Check check) {
    this.check = check;
  }

  /** One line each. */
  List<String> violations(Manifests all, Outside outside) {
    return check.violations(all, outside).map(line -> this + ": " + line).toList();
  }

  /** Of all rules. */
  static List<String> all(Manifests manifests, Outside outside) {
    return Stream.of(values())
        .flatMap(rule -> rule.violations(manifests, outside).stream())
        .toList();
  }
}
