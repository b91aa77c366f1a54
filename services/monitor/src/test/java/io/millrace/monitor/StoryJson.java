package io.millrace.monitor;

/** What services put into the JSON of their records and files, cut down to what is shown. */
final class StoryJson {
  static final String FIRST_REQUEST =
      """
      {"reason": "first", "rows": 204512, "firstAfter": 200000, "data": "whole window"}""";

  static final String DECAY_REQUEST =
      """
      {"reason": "decay", "version": 1, "metric": "auc",
       "window": {"start": "2001-01-30T00:00:00Z", "end": "2001-01-31T00:00:00Z"},
       "numbers": {"windows": 2, "value": 0.61, "baseline": 0.7258, "limit": 0.6458,
                   "firstBaseline": 0.7302, "firstLimit": 0.6502, "crossed": "both"},
       "since": "2001-01-29T00:00:00Z", "rowsSince": 31200,
       "eventTime": "2001-01-31T04:00:00Z", "data": "whole window"}""";

  static final String ALERT =
      """
      {"version": 1, "%s": "%s", "numbers": {"value": 0.61},
       "window": {"start": "2001-01-30T00:00:00Z", "end": "2001-01-31T00:00:00Z"}}""";

  static final String MANIFEST =
      """
      {"pipeline": "%s", "pipelineVersion": 1, "rows": %d,
       "from": 978307200000000, "to": 979516800000000,
       "parts": [{"part": "p0", "version": 1, "uri": "file:///parts/p0.parquet",
                  "sha256": "00", "bytes": 1000000, "rows": 25564}]}""";

  static final String FIRST_VERDICT =
      """
      {"blessed": true, "rubberStamp": true, "refit": true, "rows": 40902,
       "checks": [{"metric": "auc", "slice": {}, "lowerBound": 0.65,
                   "outcome": "passed", "candidate": %s}]}""";

  static final String VERDICT =
      """
      {"blessed": true, "rubberStamp": false, "refit": true, "rows": 40902,
       "champion": {"version": 1, "rows": 40902},
       "checks": [
         {"metric": "auc", "slice": {}, "lowerBound": 0.65, "outcome": "passed", "candidate": %s},
         {"metric": "auc", "slice": {}, "change": {"direction": "HIGHER_IS_BETTER"},
          "outcome": "passed", "candidate": %s, "champion": 0.6021}],
       "metrics": {"auc": %s, "log_loss": 0.41}}""";

  static final String CARD =
      """
      {"candidate": {
         "trainedOn": "train",
         "training": {
           "numbers": {"trainRows": 163609, "rounds": 100, "metric": "auc", "eval": %s},
           "provenance": {
             "learner": {"rounds": 100, "maxDepth": 6, "learningRate": 0.1, "earlyStopping": 10},
             "seed": 1, "device": "CPU", "threads": 1, "code": "0.1.0",
             "library": "xgboost4j 3.0.4"}},
         "verdict": {"metrics": {"auc": %s}}},
       "published": {"trainedOn": "train and eval"}}""";

  private StoryJson() {}
}
