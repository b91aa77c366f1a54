package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.machine.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code millrace} with JDKs and a Maven that only write down that they were called. */
class EntryScriptTest {
  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init")
  private Path jvms;

  private record Ended(int code, String output) {}

  @BeforeEach
  void copyTheScript() throws IOException {
    jvms = Files.createDirectories(folder.resolve("jvms"));
    Files.createDirectories(folder.resolve("tools"));
    Path script = folder.resolve("tree/millrace");
    Files.createDirectories(folder.resolve("tree/local/target/classes"));
    Files.createDirectories(folder.resolve("tree/.millrace"));
    Files.copy(Installation.find().root().resolve("millrace"), script);
    Files.writeString(folder.resolve("tree/pom.xml"), "<project/>");
    Files.writeString(folder.resolve("tree/local/target/class-path"), "none.jar");
    Files.createDirectories(folder.resolve("tree/examples/clients"));
    executable(folder.resolve("tree/examples/clients/install"), "exit 0");
  }

  @Test
  void shouldTakeTheNewestJdkOfTheFolderWhenThePathHasAnOldOne() throws Exception {
    jdk(jvms.resolve("old"), "17.0.15");
    jdk(jvms.resolve("newer"), "21.0.2");
    jdk(jvms.resolve("newest"), "25.0.1");
    built();

    Ended ended = run(null, "status", "--json");

    assertThat(ended.code()).isZero();
    assertThat(ended.output()).contains("java of newest").contains("Millrace status --json");
  }

  @Test
  void shouldTakeJavaHomeWhenItIsTheNewest() throws Exception {
    jdk(jvms.resolve("some"), "21.0.2");
    Path mine = jdk(folder.resolve("mine"), "26-ea");
    built();

    assertThat(run(mine, "status").output()).contains("java of mine");
  }

  @Test
  void shouldAskTheJavaItselfWhenThereIsNoReleaseFile() throws Exception {
    Path home = jdk(jvms.resolve("bare"), "22.0.1");
    Files.delete(home.resolve("release"));
    built();

    assertThat(run(null, "status").output()).contains("java of bare");
  }

  @Test
  void shouldSayWhatIsNeededWhenEveryJdkIsTooOld() throws Exception {
    Path old = jdk(jvms.resolve("old"), "17.0.15");
    jdk(jvms.resolve("ancient"), "1.8.0_402");

    Ended ended = run(null, "status");

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output())
        .contains("a JDK of version 21 or newer is needed")
        .contains("the newest found is 17 in " + old)
        .hasLineCount(1);
  }

  @Test
  void shouldSayWhatIsNeededWhenThereIsOnlyARuntimeWithoutCompiler() throws Exception {
    Path home = jdk(jvms.resolve("jre"), "25");
    Files.delete(home.resolve("bin/javac"));

    Ended ended = run(null, "status");

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output()).contains("none was found").hasLineCount(1);
  }

  @Test
  void shouldAskForMavenWhenSomethingHasToBeBuilt() throws Exception {
    jdk(jvms.resolve("some"), "21");

    Ended ended = run(null, "up");

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output()).contains("mvn is not on the PATH");
  }

  @Test
  void shouldBuildOnceAndAgainWhenASourceChanges() throws Exception {
    jdk(jvms.resolve("some"), "21");
    maven("echo \"[INFO] Building Millrace [1/1]\"", "echo built >>\"$CALLS\"");

    run(null, "up");
    run(null, "up");
    assertThat(calls()).hasSize(1);

    Path source = folder.resolve("tree/contracts/src/main/java/New.java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, "class New {}");
    Ended ended = run(null, "up");

    assertThat(calls()).hasSize(2);
    assertThat(ended.output())
        .contains("Building Millrace [1/1]".substring(9))
        .contains("Millrace up");
  }

  /** It takes the network, and seconds. */
  @Test
  void shouldMakeTheSbomWhenImagesWantIt() throws Exception {
    jdk(jvms.resolve("some"), "21");
    maven("echo \"$*\" >>\"$CALLS\"");

    run(null, "up");
    run(null, "images");
    run(null, "images");
    run(null, "up");

    assertThat(calls()).hasSize(2);
    assertThat(calls().getFirst()).contains("-Dcyclonedx.skip=true");
    assertThat(calls().getLast()).contains("-Dcyclonedx.skip=false");

    Files.writeString(folder.resolve("tree/pom.xml"), "<project>other</project>");
    run(null, "up");
    run(null, "images");

    assertThat(calls()).hasSize(4);
    assertThat(calls().getLast()).contains("-Dcyclonedx.skip=false");
  }

  @Test
  void shouldShowMavensErrorsOnlyWhenTheBuildFails() throws Exception {
    jdk(jvms.resolve("some"), "21");
    maven("echo '[INFO] noise'", "echo '[ERROR] New.java:[1,2] ; expected'", "exit 1");

    Ended ended = run(null, "up");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output())
        .contains("[ERROR] New.java:[1,2] ; expected")
        .contains("the build failed")
        .doesNotContain("noise")
        .doesNotContain("Millrace up");
  }

  @Test
  void shouldSumTheReportsOfAllModulesAndFailWhenATestWasSkipped() throws Exception {
    jdk(jvms.resolve("some"), "21");
    maven(
        "mkdir -p a/target/surefire-reports b/target/failsafe-reports",
        "echo '<testsuite xmlns:x=\"y\" name=\"A\" tests=\"5\" errors=\"0\" skipped=\"0\" failures=\"0\"><p/></testsuite>' >a/target/surefire-reports/TEST-A.xml",
        "echo '<testsuite name=\"B\" tests=\"4\" errors=\"0\" skipped=\"1\" failures=\"0\"></testsuite>' >b/target/failsafe-reports/TEST-B.xml");

    Ended ended = run(null, "test");

    assertThat(ended.output().lines().toList()).last().isEqualTo("8 passed, 0 failed, 1 skipped");
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  void shouldPassWhenEveryTestPasses() throws Exception {
    jdk(jvms.resolve("some"), "21");
    executable(folder.resolve("tools/chromium"), "exit 0");
    maven(
        "mkdir -p a/target/surefire-reports",
        "echo \"$*\" >>\"$CALLS\"",
        "echo '<testsuite tests=\"5\" errors=\"0\" skipped=\"0\" failures=\"0\"></testsuite>' >a/target/surefire-reports/TEST-A.xml");

    Ended ended = run(null, "test", "--full");

    assertThat(ended.output().lines().toList()).last().isEqualTo("5 passed, 0 failed, 0 skipped");
    assertThat(ended.code()).isZero();
    assertThat(calls())
        .singleElement()
        .asString()
        .endsWith("-Dmillrace.excludedGroups=mount,kubectl,images");
  }

  @Test
  void shouldFailWhenACompileErrorLeavesNoReports() throws Exception {
    jdk(jvms.resolve("some"), "21");
    Files.createDirectories(folder.resolve("tree/a/target/surefire-reports"));
    Files.writeString(
        folder.resolve("tree/a/target/surefire-reports/TEST-Old.xml"),
        "<testsuite tests=\"5\" errors=\"0\" skipped=\"0\" failures=\"0\"></testsuite>");
    maven("echo '[ERROR] cannot find symbol'", "exit 1");

    Ended ended = run(null, "test");

    assertThat(ended.output()).contains("[ERROR] cannot find symbol");
    assertThat(ended.output().lines().toList()).last().isEqualTo("0 passed, 0 failed, 0 skipped");
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  void shouldNameTheTestsThatAreLeftOutWithoutABrowserAndWithoutRoot() throws Exception {
    jdk(jvms.resolve("some"), "21");
    Path tests = Files.createDirectories(folder.resolve("tree/services/x/src/test/java"));
    Files.writeString(tests.resolve("PageIT.java"), "@Tag(\"browser\")\nclass PageIT {}\n");
    Files.writeString(tests.resolve("DiskST.java"), "@Tag(\"mount\")\nclass DiskST {}\n");
    Files.writeString(tests.resolve("OtherIT.java"), "@Tag(\"full\")\nclass OtherIT {}\n");
    maven(onePassed(), "echo \"$*\" >>\"$CALLS\"");

    Ended ended = run(null, "test");

    assertThat(ended.output().lines().toList())
        .last()
        .isEqualTo(
            "5 passed, 0 failed, 0 skipped; without PageIT, as there is no Chromium here; without DiskST, as only root can mount a small disk");
    assertThat(ended.code()).isZero();
    assertThat(calls())
        .singleElement()
        .asString()
        .endsWith("excludedGroups=full,browser,mount,kubectl,images");
  }

  @Test
  void shouldNameTheClientsWhosePackagesCannotBeHad() throws Exception {
    jdk(jvms.resolve("some"), "21");
    executable(folder.resolve("tools/chromium"), "exit 0");
    executable(folder.resolve("tree/examples/clients/install"), "[ \"$1\" = python ]");
    maven(onePassed(), "echo \"$*\" >>\"$CALLS\"");

    Ended ended = run(null, "test");

    assertThat(ended.output().lines().toList())
        .last()
        .isEqualTo(
            "5 passed, 0 failed, 0 skipped; without the go clients of ClientsST, as they can't be installed (.millrace/clients-go.log)");
    assertThat(calls()).singleElement().asString().endsWith("=full,mount,kubectl,images,go");
  }

  @Test
  void shouldFailStrictlyWhereATestIsLeftOut() throws Exception {
    jdk(jvms.resolve("some"), "21");
    Path tests = Files.createDirectories(folder.resolve("tree/services/x/src/test/java"));
    Files.writeString(tests.resolve("PageIT.java"), "@Tag(\"browser\")\nclass PageIT {}\n");
    maven(onePassed());

    Ended ended = run(null, "test", "--strict");

    assertThat(ended.output()).contains("5 passed, 0 failed, 0 skipped; without PageIT");
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  void shouldSayThatTheImagesAreNotTestedWhereThereIsNeitherAnEngineNorACluster() throws Exception {
    jdk(jvms.resolve("some"), "21");
    Path tests = Files.createDirectories(folder.resolve("tree/tests/x/src/test/java"));
    Files.writeString(tests.resolve("AKT.java"), "@Tag(\"containers\")\nclass AKT {}\n");
    Files.writeString(tests.resolve("ACT.java"), "@Tag(\"cluster\")\nclass ACT {}\n");

    Ended ended = run(null, "test", "--cluster");
    Ended strict = run(null, "test", "--cluster", "--strict");

    assertThat(ended.output())
        .contains("0 passed, 0 failed, 0 skipped; without ACT, as KUBECONFIG")
        .contains("; without AKT, as neither Docker");
    assertThat(ended.code()).isZero();
    assertThat(strict.code()).isEqualTo(1);
    assertThat(calls()).isEmpty();
  }

  @Test
  void shouldJudgeByTheCountsSoThatAFailureHidesNothing() throws Exception {
    jdk(jvms.resolve("some"), "21");
    maven(
        "mkdir -p a/target/surefire-reports b/target/failsafe-reports",
        "printf '<testsuite tests=\"5\" errors=\"1\" skipped=\"0\" failures=\"0\">\\n<testcase name=\"shouldDo\" classname=\"io.millrace.A\" time=\"1\">\\n<error type=\"x\">at\\n\\tat\\nCaused by: Outer\\n\\tat\\nCaused by: Inner: why</error>\\n</testcase>\\n<testcase name=\"shouldBe\" classname=\"io.millrace.A\"/>\\n</testsuite>' >a/target/surefire-reports/TEST-A.xml",
        "echo '<testsuite tests=\"7\" errors=\"0\" skipped=\"0\" failures=\"0\"></testsuite>' >b/target/failsafe-reports/TEST-B.xml",
        "echo \"$*\" >>\"$CALLS\"");

    Ended ended = run(null, "test");

    assertThat(calls()).singleElement().asString().contains("-Dmaven.test.failure.ignore=true");
    assertThat(ended.output())
        .contains("Failed: io.millrace.A.shouldDo: Inner: why\n11 passed, 1 failed, 0 skipped")
        .doesNotContain("Maven")
        .doesNotContain("shouldBe");
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  void shouldFailAndSayWhatWasNotRunWhenAModuleDoesNotCompile() throws Exception {
    jdk(jvms.resolve("some"), "21");
    maven(
        onePassed(),
        "echo '[INFO] Millrace ........................................... SUCCESS [  0.4 s]'",
        "echo '[INFO] Millrace :: libs :: onnx ........................... FAILURE [  2.1 s]'",
        "echo '[INFO] Millrace :: services :: serving .................... SKIPPED'",
        "echo '[INFO] Millrace :: tests :: system ........................ SKIPPED'",
        "exit 1");

    Ended ended = run(null, "test");

    assertThat(ended.output())
        .contains("Failed outside of a test: Millrace :: libs :: onnx\n")
        .contains(
            "Not run, as they need these: Millrace :: services :: serving, Millrace :: tests :: system\n")
        .contains("5 passed, 0 failed, 0 skipped");
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  void shouldFailWhenATestsJvmHasCrashedAndLeftNoReport() throws Exception {
    jdk(jvms.resolve("some"), "21");
    maven(
        onePassed(),
        "mkdir -p b/target/failsafe-reports c/target/failsafe-reports",
        "echo '<failsafe-summary result=\"255\" timeout=\"false\"><failureMessage>The forked VM terminated</failureMessage></failsafe-summary>' >b/target/failsafe-reports/failsafe-summary.xml",
        "printf '<failsafe-summary xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" timeout=\"false\">\\n    <failureMessage xsi:nil=\"true\"/>\\n</failsafe-summary>\\n' >c/target/failsafe-reports/failsafe-summary.xml");

    Ended ended = run(null, "test");

    assertThat(ended.output()).contains("The tests' JVM has crashed or hung in: b\n");
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  void shouldSayWhatWasRunningWhenItTakesTooLong() throws Exception {
    jdk(jvms.resolve("some"), "21");
    maven(
        onePassed(),
        "echo '[INFO] Running io.millrace.a.DoneIT'",
        "echo '[INFO] Running io.millrace.b.SlowST'",
        "echo '[INFO] Tests run: 5, Failures: 0 -- in io.millrace.a.DoneIT'",
        "echo '[INFO] Running io.millrace.c.OtherIT'",
        "exec /bin/sleep 300");
    // time passes for the script when all of that has been said
    executable(
        folder.resolve("tools/sleep"),
        "until grep -q OtherIT " + folder.resolve("tree/.millrace/test.log") + "; do :; done");

    Ended ended = run(null, "test", "--minutes", "0");

    assertThat(ended.output())
        .contains("Stopped: it took longer than 0 minutes")
        .contains("At that moment: io.millrace.b.SlowST, io.millrace.c.OtherIT\n")
        .contains("5 passed, 0 failed, 0 skipped");
    assertThat(ended.code()).isEqualTo(1);
  }

  @Test
  void shouldStartNoProcessAndPackNothingWhenItShallBeFast() throws Exception {
    jdk(jvms.resolve("some"), "21");
    maven(onePassed(), "echo \"$*\" >>\"$CALLS\"");

    Ended ended = run(null, "test", "--fast");

    assertThat(calls()).singleElement().asString().contains(" test ").doesNotContain("verify");
    assertThat(ended.output().lines().toList()).last().isEqualTo("5 passed, 0 failed, 0 skipped");
    assertThat(ended.code()).isZero();
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() throws Exception {
    jdk(jvms.resolve("some"), "21");

    assertThat(run(null, "test", "--quick").code()).isEqualTo(2);
    assertThat(run(null, "test", "--minutes", "many").code()).isEqualTo(2);
    assertThat(run(null, "test", "--minutes").code()).isEqualTo(2);
  }

  @Test
  void shouldGiveACommandAFolderToUnpackInAndRemoveThoseOfCommandsThatHaveEnded() throws Exception {
    jdk(jvms.resolve("some"), "21");
    built();
    Path unpacked = folder.resolve("tree/.millrace/unpacked");
    Path ended = Files.createDirectories(unpacked.resolve("command-" + Integer.MAX_VALUE));
    Files.createFile(ended.resolve("library.so"));
    Path running = unpacked.resolve("command-" + ProcessHandle.current().pid());
    Files.createDirectories(running);

    Ended command = run(null, "status");

    assertThat(command.output()).contains("-Djava.io.tmpdir=" + unpacked + "/command-");
    assertThat(ended).doesNotExist();
    assertThat(running).exists();
    assertThat(unpacked).isDirectoryContaining(path -> command.output().contains(path + " "));
  }

  @Test
  void shouldApplyAnArchiveOfClassesThatIsNewerThanTheJarAndHaveItVerified() throws Exception {
    jdk(jvms.resolve("some"), "21");
    built();
    Path archive = Files.createFile(folder.resolve("tree/.millrace/commands.jsa"));
    String applied = "-XX:SharedArchiveFile=" + archive + " -XX:+VerifySharedSpaces";

    // of classes that are in no jar
    assertThat(run(null, "status").output()).doesNotContain("SharedArchiveFile");

    Path jar = Files.createFile(folder.resolve("tree/local/target/millrace-local-1.jar"));
    FileTime built = Files.getLastModifiedTime(jar);
    Files.setLastModifiedTime(archive, FileTime.from(built.toInstant().minusSeconds(1)));
    assertThat(run(null, "status").output()).doesNotContain("SharedArchiveFile");

    Files.setLastModifiedTime(archive, FileTime.from(built.toInstant().plusSeconds(1)));
    assertThat(run(null, "status").output()).contains(applied);
  }

  private static String onePassed() {
    return "mkdir -p a/target/surefire-reports; echo '<testsuite tests=\"5\" errors=\"0\" skipped=\"0\" failures=\"0\"></testsuite>' >a/target/surefire-reports/TEST-A.xml";
  }

  private Path jdk(Path home, String version) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    executable(
        home.resolve("bin/java"),
        "[ \"$1\" != -version ] || { echo 'openjdk version \"" + version + "\"' >&2; exit; }",
        "echo \"java of " + home.getFileName() + ": $*\"");
    executable(home.resolve("bin/javac"), "exit 0");
    return home;
  }

  private void maven(String... lines) throws IOException {
    executable(folder.resolve("tools/mvn"), lines);
  }

  /** As if a build had just ended. */
  private void built() throws Exception {
    maven("exit 0");
    run(null, "up");
  }

  private List<String> calls() throws IOException {
    Path calls = folder.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private static void executable(Path file, String... lines) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " cannot be made executable");
    }
  }

  private Ended run(@Nullable Path javaHome, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("bash", folder.resolve("tree/millrace").toString());
    builder.command().addAll(List.of(arguments));
    Map<String, String> environment = builder.environment();
    environment.remove("JAVA_HOME");
    if (javaHome != null) {
      environment.put("JAVA_HOME", javaHome.toString());
    }
    environment.put("MILLRACE_JVM_FOLDERS", jvms.toString());
    environment.put("CALLS", folder.resolve("calls").toString());
    environment.put("PATH", folder.resolve("tools") + ":" + plainTools());
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return new Ended(process.exitValue(), output);
  }

  /** The usual tools, but neither java nor mvn. */
  private Path plainTools() throws IOException {
    Path plain = folder.resolve("plain");
    if (!Files.exists(plain)) {
      Files.createDirectories(plain);
      for (String tool :
          List.of(
              "sed",
              "grep",
              "find",
              "sort",
              "cksum",
              "head",
              "cat",
              "dirname",
              "readlink",
              "mkdir",
              "rm",
              "mv",
              "wc",
              "awk",
              "tr",
              "xargs",
              "sleep",
              "paste",
              "nproc",
              "sh",
              "bash")) {
        for (String bin : List.of("/usr/bin", "/bin")) {
          Path original = Path.of(bin, tool);
          if (Files.exists(original)) {
            executable(plain.resolve(tool), "exec " + original + " \"$@\"");
            break;
          }
        }
      }
    }
    return plain;
  }
}
