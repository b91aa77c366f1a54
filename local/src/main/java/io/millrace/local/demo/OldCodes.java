package io.millrace.local.demo;

import io.millrace.local.reconcile.Duck;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The codes of examples as the raw file has them, from the switch on. */
final class OldCodes {
  private final List<String> fields;
  private final Map<String, String[]> byId = new HashMap<>();

  OldCodes(Path file, String id, String time, List<String> fields, long from) {
    this.fields = fields;
    String columns = String.join(", ", fields.stream().map(Duck::name).toList());
    try (Duck duck = new Duck()) {
      var unused =
          duck.query(
              "SELECT CAST(%s AS VARCHAR), %s FROM read_parquet(%s) WHERE epoch_us(%s) >= %d"
                  .formatted(
                      Duck.name(id), columns, Duck.literal(file.toString()), Duck.name(time), from),
              row -> {
                String[] codes = new String[fields.size()];
                for (int i = 0; i < codes.length; i++) {
                  String code = row.getString(i + 2);
                  codes[i] = code == null ? "" : code.intern();
                }
                byId.put(row.getString(1), codes);
                return true;
              });
    }
  }

  /** Features with the example's old codes. */
  Map<String, @Nullable Object> in(String id, Map<String, @Nullable Object> features) {
    String[] codes = byId.get(id);
    if (codes == null) {
      return features;
    }
    Map<String, @Nullable Object> old = new HashMap<>(features);
    for (int i = 0; i < codes.length; i++) {
      if (old.containsKey(fields.get(i))) {
        old.put(fields.get(i), codes[i]);
      }
    }
    return old;
  }
}
