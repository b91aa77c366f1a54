package io.millrace.transformer.retention;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** How the files are called that Millrace writes; what is called otherwise is not its to judge. */
final class OwnNames {
  private static final String SHA256 = "[0-9a-f]{64}";

  /** What a writer that was killed has left half written. */
  private static final String LEFT = "|\\.put-[0-9a-f-]{36}";

  private static final Map<String, Pattern> FORMS =
      new TreeMap<>(
          Map.of(
              "parts",
              Pattern.compile("\\d+-\\d+-\\d+-[0-9a-f]{12}\\.parquet" + LEFT),
              "manifests",
              Pattern.compile(SHA256 + "\\.json" + LEFT),
              "transforms",
              Pattern.compile(SHA256 + "\\.onnx" + LEFT),
              "statistics",
              Pattern.compile(SHA256 + "\\.json" + LEFT),
              "models",
              Pattern.compile(SHA256 + "/(model\\.onnx|card\\.json|warmup\\.jsonl" + LEFT + ")"),
              "verdicts",
              Pattern.compile(SHA256 + "\\.json" + LEFT),
              "cards",
              Pattern.compile(SHA256 + "\\.json" + LEFT)));

  private OwnNames() {}

  /** Of each pipeline, in the order of their names. */
  static List<String> folders() {
    return List.copyOf(FORMS.keySet());
  }

  /**
   * Whether a file of a folder is ours.
   *
   * @param name below the folder
   */
  static boolean has(String folder, String name) {
    return Optional.ofNullable(FORMS.get(folder))
        .filter(form -> form.matcher(name).matches())
        .isPresent();
  }
}
