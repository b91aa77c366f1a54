package io.millrace.ingest;

/** A small pipeline file with every type in it, under any name. */
public record PipelineYaml(String text) {
  public static PipelineYaml named(String name) {
    return new PipelineYaml(
        """
        apiVersion: millrace.io/v1
        kind: Pipeline
        metadata: {name: %s}
        spec:
          streams:
            rides:
              role: example
              id: ride
              time: start
              fields:
                ride:    {type: STRING}
                start:   {type: TIMESTAMP}
                seats:   {type: INT}
                fare:    {type: FLOAT}
                shared:  {type: BOOL}
                quarter: {type: STRING}
            tips:
              role: label
              id: ride
              time: paid
              fields:
                ride:   {type: STRING}
                paid:   {type: TIMESTAMP}
                amount: {type: FLOAT}
          label: {name: generous, kind: BINARY, value: "amount > 2.0", within: 2h, absent: drop}
        """
            .formatted(name));
  }

  PipelineYaml with(String what, String instead) {
    if (!text.contains(what)) {
      throw new IllegalArgumentException("the file has no " + what);
    }
    return new PipelineYaml(text.replace(what, instead));
  }
}
