package io.millrace.contracts.file;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** A file that is right, and one change for each check that makes it wrong. */
final class WrongFiles {
  static final String RIGHT =
      """
      apiVersion: millrace.io/v1
      kind: Pipeline
      metadata: {name: trips}
      spec:
        streams:
          starts:
            role: example
            id: trip
            time: at
            fields:
              trip:  {type: INT}
              at:    {type: TIMESTAMP}
              zone:  {type: STRING}
              miles: {type: FLOAT}
              tags:  {type: STRING, list: true}
          ends:
            role: label
            id: trip
            time: at
            fields:
              trip:  {type: INT}
              at:    {type: TIMESTAMP}
              fare:  {type: FLOAT}
              kind:  {type: STRING}
        label: {name: cost, kind: REGRESSION, value: fare, within: 2h}
        features:
          derived:
            hour: at.getHours()
          windowed:
            zone_fare: {entity: zone, mean: fare, window: 1h, pane: 5m}
        transform:
          - {op: identity, inputs: [miles, hour, zone_fare]}
        evaluate:
          slices: [[zone]]
          thresholds: [{metric: rmse, upperBound: 3}]
        monitor:
          decay: {metric: rmse, drop: 1}
          retrain: {on: [decay]}
      """;

  private WrongFiles() {}

  /** What to replace, by what, and how the problem begins: line, path, message. */
  static Stream<Arguments> all() {
    return Stream.of(
        // form
        arguments(
            "miles:",
            "mi les:",
            "14: spec.streams.starts.fields.mi les: \"mi les\" is not a name of letters"),
        arguments(
            "role: label",
            "rol: label",
            "17: spec.streams.ends.rol: unknown key; did you mean \"role\"?"),
        arguments(
            "role: label",
            "role: labels",
            "17: spec.streams.ends.role: unknown value \"labels\"; did you mean \"label\"?"),
        arguments(
            "within: 2h",
            "within: 2 hours",
            "25: spec.label.within: \"2 hours\" is not a duration"),
        arguments(
            "within: 2h", "within: 999999999d", "25: spec.label.within: is longer than 3650d"),
        arguments(", within: 2h", "", "25: spec.label: the key \"within\" is missing; add within"),
        arguments("millrace.io/v1", "millrace.io/v2", "1: apiVersion: must be millrace.io/v1"),
        arguments(
            "name: trips",
            "name: trip-s",
            "3: metadata.name: \"trip-s\" is not a name of lower-case"),
        arguments("drop: 1", "drop: 0", "37: spec.monitor.decay.drop: "),
        arguments(
            "drop: 1", "drop: much", "37: spec.monitor.decay.drop: must be a number, not \"much\""),
        // YAML
        arguments(
            "kind: Pipeline",
            "kind: Pipeline\nkind: Pipeline",
            "3: the key \"kind\" stands twice in one mapping"),
        arguments("kind: Pipeline", "kind: [Pipeline", "3: not YAML: "),
        arguments(
            "kind: Pipeline", "kind: !!java.net.URL [x]", "2: not YAML: Global tag is not allowed"),
        arguments(
            "kind: Pipeline", "kind: !secret Pipeline", "2: the tag !secret means nothing here"),
        arguments("kind: Pipeline", "kind: Pipeline\n---\na: 1", "3: not YAML: "),
        arguments("kind: Pipeline", "? [a]\n: b", "2: a key must be plain text"),
        // streams
        arguments(
            "role: label",
            "role: example",
            "17: spec.streams.ends.role: the stream starts has the role example already; exactly one stream has it"),
        arguments(
            "role: label",
            "role: example",
            "5: spec.streams: no stream has the role label; give one stream role: label"),
        arguments(
            "  ends:",
            "  labels:",
            "16: spec.streams.labels: \"labels\" is the name of one of the pipeline's own topics"),
        arguments(
            "id: trip\n      time: at\n      fields:\n        trip:  {type: INT}\n        at:    {type: TIMESTAMP}\n        zone",
            "id: tripp\n      time: at\n      fields:\n        trip:  {type: INT}\n        at:    {type: TIMESTAMP}\n        zone",
            "8: spec.streams.starts.id: the stream starts has no field \"tripp\"; did you mean \"trip\"?"),
        arguments(
            "id: trip\n      time: at\n      fields:\n        trip:  {type: INT}\n        at:    {type: TIMESTAMP}\n        zone",
            "id: miles\n      time: at\n      fields:\n        trip:  {type: INT}\n        at:    {type: TIMESTAMP}\n        zone",
            "8: spec.streams.starts.id: an id must be INT or STRING, not FLOAT"),
        arguments(
            "trip:  {type: INT}\n        at:    {type: TIMESTAMP}\n        fare",
            "trip:  {type: STRING}\n        at:    {type: TIMESTAMP}\n        fare",
            "18: spec.streams.ends.id: the id is STRING, but the id of starts is INT; give both the same type"),
        arguments(
            "time: at\n      fields:\n        trip:  {type: INT}\n        at:    {type: TIMESTAMP}\n        zone",
            "time: trip\n      fields:\n        trip:  {type: INT}\n        at:    {type: TIMESTAMP}\n        zone",
            "9: spec.streams.starts.time: the time must be TIMESTAMP, not INT"),
        arguments(
            "role: label",
            "role: label\n      subject: rider",
            "18: spec.streams.ends.subject: the stream ends has no field \"rider\""),
        arguments(
            "role: label",
            "role: label\n      topic: millrace.x",
            "18: spec.streams.ends.topic: names that begin with millrace."),
        // fields
        arguments(
            "miles: {type: FLOAT}",
            "miles: {type: FLOAT, presence: {minFraction: 0.9}}",
            "14: spec.streams.starts.fields.miles.presence.minFraction: a share between 0 and 1 can't be judged on one event"),
        arguments(
            "trip:  {type: INT}\n        at:    {type: TIMESTAMP}\n        zone",
            "trip:  {type: INT, presence: {minFraction: 0}}\n        at:    {type: TIMESTAMP}\n        zone",
            "11: spec.streams.starts.fields.trip.presence.minFraction: the id and the time of a stream are always required"),
        arguments(
            "miles: {type: FLOAT}",
            "miles: {type: FLOAT, valueCount: {max: 3}}",
            "14: spec.streams.starts.fields.miles.valueCount: only a list has a count of values; add list: true"),
        arguments(
            "list: true",
            "list: true, valueCount: {min: 3, max: 2}",
            "15: spec.streams.starts.fields.tags.valueCount: min 3 is above max 2"),
        arguments(
            "miles: {type: FLOAT}",
            "miles: {type: FLOAT, domain: {min: 2, max: 1}}",
            "14: spec.streams.starts.fields.miles.domain: min 2.0 is above max 1.0"),
        arguments(
            "miles: {type: FLOAT}",
            "miles: {type: INT, domain: {min: 2, max: 1}}",
            "14: spec.streams.starts.fields.miles.domain: min 2 is above max 1"),
        arguments(
            "miles: {type: FLOAT}",
            "miles: {type: INT, domain: {min: 1.5}}",
            "14: spec.streams.starts.fields.miles.domain.min: the bound of INT must be a whole number"),
        arguments(
            "miles: {type: FLOAT}",
            "miles: {type: FLOAT, domain: {max: 1e999}}",
            "14: the number is too large for 64 bits"),
        arguments(
            "miles: {type: FLOAT}",
            "miles: {type: FLOAT, domain: {values: [a]}}",
            "14: spec.streams.starts.fields.miles.domain.values: does not fit the type FLOAT; FLOAT may have min, max, disallowNan, disallowInf"),
        arguments(
            "miles: {type: FLOAT}",
            "miles: {type: BOOL, domain: {min: 0}}",
            "14: spec.streams.starts.fields.miles.domain.min: does not fit the type BOOL; BOOL has no domain"),
        arguments(
            "miles: {type: FLOAT}",
            "miles: {type: STRING, domain: {values: [1]}}",
            "14: spec.streams.starts.fields.miles.domain.values[0]: must be a string, not 1"),
        arguments(
            "miles: {type: FLOAT}",
            "miles: {type: TIMESTAMP, domain: {min: 2001}}",
            "14: spec.streams.starts.fields.miles.domain.min: the bound of TIMESTAMP must be ISO-8601; write it as 2001-01-31"),
        arguments(
            "miles: {type: FLOAT}",
            "miles: {type: TIMESTAMP, domain: {min: 2002-01-01, max: 2001-01-01}}",
            "14: spec.streams.starts.fields.miles.domain: min 2002-01-01 is above max 2001-01-01"),
        // label
        arguments(
            "value: fare",
            "value: fair",
            "25: spec.label.value: \"fair\" does not compile: column 1: undeclared reference to 'fair'"),
        arguments(
            "value: fare",
            "value: fare * 2",
            "25: spec.label.value: \"fare * 2\" does not compile: column 6: found no matching overload for '_*_' applied to '(double, int)'"),
        arguments(
            "value: fare",
            "value: kind",
            "25: spec.label.value: the value is STRING, but a REGRESSION label is a number; change kind or value"),
        arguments(
            "name: cost",
            "name: zone",
            "25: spec.label.name: \"zone\" is already a field of starts; choose another name"),
        arguments(
            "name: cost",
            "name: kind",
            "25: spec.label.name: \"kind\" is a field of ends with another value; choose another name"),
        // features
        arguments(
            "hour: at",
            "zone: at",
            "28: spec.features.derived.zone: \"zone\" is already a field of starts"),
        arguments(
            "at.getHours()",
            "fare",
            "28: spec.features.derived.hour: \"fare\" does not compile: column 1: undeclared reference to 'fare'"),
        arguments(
            "zone_fare: {",
            "cost: {",
            "30: spec.features.windowed.cost: \"cost\" is already the label"),
        arguments(
            "entity: zone",
            "entity: zones",
            "30: spec.features.windowed.zone_fare.entity: the stream starts has no field \"zones\"; did you mean \"zone\"?"),
        arguments(
            "entity: zone",
            "entity: miles",
            "30: spec.features.windowed.zone_fare.entity: an entity must be STRING or INT, not FLOAT"),
        arguments(
            "mean: fare, ",
            "",
            "30: spec.features.windowed.zone_fare: no aggregate; give exactly one of count, sum, mean, min, max"),
        arguments(
            "mean: fare",
            "mean: fare, sum: fare",
            "30: spec.features.windowed.zone_fare: more than one aggregate: sum, mean"),
        arguments(
            "mean: fare",
            "mean: zone",
            "30: spec.features.windowed.zone_fare.mean: the stream ends has no field \"zone\""),
        arguments(
            "mean: fare",
            "mean: kind",
            "30: spec.features.windowed.zone_fare.mean: there is no mean of STRING"),
        arguments(
            "window: 1h",
            "window: 61m",
            "30: spec.features.windowed.zone_fare.window: 61m is no multiple of the pane, 5m"),
        arguments(
            "window: 1h",
            "window: 31d",
            "30: spec.features.windowed.zone_fare.window: is longer than 30d"),
        arguments(
            "pane: 5m",
            "pane: 1ms",
            "30: spec.features.windowed.zone_fare.window: has 3600000 panes; at most 10000 are kept"),
        arguments(
            "pane: 5m",
            "pane: 0m",
            "30: spec.features.windowed.zone_fare.pane: \"0m\" is not a duration: a positive"),
        // transform
        arguments(
            "[miles, hour",
            "[mile, hour",
            "32: spec.transform[0].inputs[0]: no model input \"mile\"; did you mean \"miles\"?"),
        arguments(
            "[miles, hour",
            "[cost, hour",
            "32: spec.transform[0].inputs[0]: \"cost\" is the label, not a model input"),
        arguments(
            "[miles, hour",
            "[zone, hour",
            "32: spec.transform[0].inputs[0]: identity does not take STRING; use vocabulary or one_hot"),
        arguments(
            "[miles, hour",
            "[tags, hour",
            "32: spec.transform[0].inputs[0]: identity does not take list of STRING; a list is no model input yet"),
        arguments(
            "[miles, hour",
            "[at, hour",
            "32: spec.transform[0].inputs[0]: identity does not take TIMESTAMP; a TIMESTAMP is no model input"),
        arguments(
            "op: identity",
            "op: vocabulary",
            "32: spec.transform[0].inputs[0]: vocabulary does not take FLOAT; use identity, scale_to_z_score or bucketize"),
        arguments(
            "{op: identity, inputs: [miles, hour, zone_fare]}",
            "{op: vocabulary, inputs: [hour]}",
            "32: spec.transform[0].inputs[0]: vocabulary does not take INT; where it is an id, declare the field as STRING or derive string(hour); where"),
        arguments(
            "op: identity",
            "op: identity, topK: 3",
            "32: spec.transform[0].topK: belongs to vocabulary and one_hot only; leave it out"),
        arguments(
            "op: identity",
            "op: bucketize, oovBuckets: 3",
            "32: spec.transform[0].oovBuckets: belongs to vocabulary only; leave it out"),
        arguments(
            "op: identity",
            "op: scale_to_z_score, minFrequency: 3",
            "32: spec.transform[0].minFrequency: belongs to vocabulary only; leave it out"),
        arguments(
            "op: identity",
            "op: identity, buckets: 3",
            "32: spec.transform[0].buckets: belongs to bucketize only; leave it out"),
        arguments(
            "op: identity",
            "op: bucketize, buckets: 1",
            "32: spec.transform[0].buckets: must have a minimum value of 2"),
        arguments(
            "op: identity",
            "op: one_hot",
            "32: spec.transform[0].inputs[0]: one_hot does not take FLOAT; use identity, scale_to_z_score or bucketize"),
        arguments(
            "{op: identity, inputs: [miles, hour, zone_fare]}",
            "{op: one_hot, inputs: [zone], topK: 1001}",
            "32: spec.transform[0].topK: one_hot makes a column of each value; at most 1000; use vocabulary for more values"),
        arguments(
            "{op: identity, inputs: [miles, hour, zone_fare]}",
            "{op: vocabulary, inputs: [zone], oovBuckets: 257}",
            "32: spec.transform[0].oovBuckets: must have a maximum value of 256"),
        arguments(
            "{op: identity, inputs: [miles, hour, zone_fare]}",
            "{op: vocabulary, inputs: [zone], topK: 0}",
            "32: spec.transform[0].topK: must have a minimum value of 1"),
        arguments(
            "[{metric: rmse, upperBound: 3}]",
            "[{metric: rmse, upperBound: 3}]\n  train: {earlyStopping: -1}",
            "36: spec.train.earlyStopping: must have a minimum value of 0"),
        arguments(
            "[{metric: rmse, upperBound: 3}]",
            "[{metric: rmse, upperBound: 3}]\n  retention: {parts: 90}",
            "36: spec.retention.parts: must be a string"),
        arguments(
            "[{metric: rmse, upperBound: 3}]",
            "[{metric: rmse, upperBound: 3}]\n  retention: {part: 90d}",
            "36: spec.retention.part: unknown key; did you mean \"parts\"?"),
        arguments(
            "[{metric: rmse, upperBound: 3}]",
            "[{metric: rmse, upperBound: 3}]\n  retention: {models: 0d}",
            "36: spec.retention.models: \"0d\" is not a duration"),
        arguments(
            "[{metric: rmse, upperBound: 3}]",
            "[{metric: rmse, upperBound: 3}]\n  train: {window: 91d}\n  retention: {parts: 90d}",
            "37: spec.retention.parts: is shorter than spec.train.window"),
        // evaluate, monitor
        arguments(
            "[[zone]]",
            "[[zon]]",
            "34: spec.evaluate.slices[0][0]: no model input \"zon\"; did you mean \"zone\"?"),
        arguments(
            "[{metric: rmse",
            "[{metric: auc",
            "35: spec.evaluate.thresholds[0].metric: is not defined for a REGRESSION label; use one of rmse, mae, r2"),
        arguments(
            "{metric: rmse, upperBound: 3}",
            "{metric: rmse, slice: {zon: north}, upperBound: 3}",
            "35: spec.evaluate.thresholds[0].slice.zon: no model input \"zon\"; did you mean \"zone\"?"),
        arguments(
            ", upperBound: 3",
            "",
            "35: spec.evaluate.thresholds[0]: has neither a bound nor a change"),
        arguments(
            "upperBound: 3",
            "upperBound: 3, change: {direction: LOWER_IS_BETTER, absolute: 0}",
            "35: spec.evaluate.thresholds[0]: has both bounds and a change"),
        arguments(
            "upperBound: 3",
            "change: {direction: LOWER_IS_BETTER}",
            "35: spec.evaluate.thresholds[0].change: has no bound; add absolute or relative"),
        arguments(
            "    decay: {metric: rmse, drop: 1}\n",
            "",
            "37: spec.monitor.retrain.on[0]: decay is not watched; add spec.monitor.decay"),
        arguments(
            "on: [decay]",
            "on: [decay], warn: [decay]",
            "38: spec.monitor.retrain.warn[0]: starts a run already"),
        // a policy that can never fire
        arguments(
            "    decay: {metric: rmse, drop: 1}\n    retrain: {on: [decay]}",
            "    retrain: {warn: [decay]}",
            "37: spec.monitor.retrain.warn[0]: decay is not watched; add spec.monitor.decay"),
        arguments(
            "  monitor:",
            "  serve: {stream: false}\n  monitor:",
            "39: spec.monitor.retrain: nothing is predicted through the stream"),
        arguments(
            "  monitor:",
            "  monitor:\n    drift: {against: 36h}",
            "37: spec.monitor.drift.against: is no multiple of spec.monitor.window"),
        arguments(
            "    retrain: {on: [decay]}",
            "    drift: {default: {jsd_bits: 1}}\n    retrain: {on: [drift]}",
            "38: spec.monitor.drift.default: no distance is greater than 1"),
        arguments(
            "    retrain: {on: [decay]}",
            "    drift: {default: {l_infinity: 0.2}}\n    retrain: {on: [drift]}",
            "38: spec.monitor.drift.default: l_infinity is of strings, and no input is one"),
        arguments(
            "    retrain: {on: [decay]}",
            "    drift: {fields: {mile: {jsd_bits: 0.3}}}\n    retrain: {on: [decay]}",
            "38: spec.monitor.drift.fields.mile: is no input of the model"),
        arguments(
            "    retrain: {on: [decay]}",
            "    drift: {fields: {miles: {against: 36h}}}\n    retrain: {on: [decay]}",
            "38: spec.monitor.drift.fields.miles.against: is no multiple of spec.monitor.window"),
        arguments(
            "    retrain: {on: [decay]}",
            "    drift: {fields: {miles: {jsd_bits: 1}}}\n    retrain: {on: [drift]}",
            "38: spec.monitor.drift.fields.miles: no distance is greater than 1"),
        arguments(
            "    retrain: {on: [decay]}",
            "    drift: {fields: {_score: {l_infinity: 0.1}}}\n    retrain: {on: [skew]}",
            "38: spec.monitor.drift.fields._score: l_infinity is of strings, and it is none"),
        arguments(
            "    retrain: {on: [decay]}",
            "    drift: {fields: {miles: {ignore: true, against: 2d}}}\n    retrain: {on: [decay]}",
            "38: spec.monitor.drift.fields.miles: is ignored, so that nothing else of it counts"),
        arguments(
            "    retrain: {on: [decay]}",
            "    drift: {fields: {miles: {ignore: true}, hour: {ignore: true}, zone_fare:"
                + " {ignore: true}, _score: {ignore: true}}}\n    retrain: {on: [drift]}",
            "38: spec.monitor.drift.fields: all are ignored, so that none is watched"),
        arguments(
            "  monitor:",
            "  monitor:\n    window: 3s",
            "37: spec.monitor.window: the label is waited for through more than 2000 windows"),
        arguments(
            "drop: 1",
            "drop: 1, windows: 2, baseline: {median: 199}",
            "37: spec.monitor.decay: windows and baseline together are more than the 200"),
        arguments(
            "{metric: rmse, drop: 1}",
            "{metric: r2, drop: 1, windows: 300}",
            "37: spec.monitor.decay: windows and baseline together are more than the 200"));
  }
}
