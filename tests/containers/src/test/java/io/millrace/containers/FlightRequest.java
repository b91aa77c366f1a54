package io.millrace.containers;

/** One flight, as serving is asked about it. */
public final class FlightRequest {
  /** TensorFlow Serving's. */
  public static final String V1 =
      """
      {"instances": [{"departure": "2001-01-08T08:00:00Z", "distance_miles": 500,
        "origin": "ATL", "destination": "ORD"}]}
      """;

  /** Of the Open Inference Protocol. */
  public static final String V2 =
      """
      {"inputs": [
        {"name": "departure", "datatype": "BYTES", "shape": [1], "data": ["2001-01-08T08:00:00Z"]},
        {"name": "distance_miles", "datatype": "INT64", "shape": [1], "data": [500]},
        {"name": "origin", "datatype": "BYTES", "shape": [1], "data": ["ATL"]},
        {"name": "destination", "datatype": "BYTES", "shape": [1], "data": ["ORD"]}]}
      """;

  private FlightRequest() {}
}
