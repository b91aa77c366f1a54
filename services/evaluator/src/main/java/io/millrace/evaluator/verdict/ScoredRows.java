package io.millrace.evaluator.verdict;

import io.millrace.statistics.metrics.Predictions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The held-out rows with what candidate and champion predict; grows batch by batch. */
public final class ScoredRows {
  private final List<String> fields;
  private final Map<String, List<String>> values = new HashMap<>();
  private double[] labels = new double[1024];
  private double[] candidate = new double[1024];
  private double[] champion = new double[1024];
  private boolean[] unseen = new boolean[1024];
  private int size;

  /**
   * @param fields by whose values rows are grouped
   */
  public ScoredRows(List<String> fields) {
    this.fields = List.copyOf(fields);
    this.fields.forEach(field -> values.put(field, new ArrayList<>()));
  }

  public List<String> fields() {
    return fields;
  }

  /**
   * Adds a row.
   *
   * @param championScore of no meaning when there is no champion
   * @param isUnseen whether there is a champion that was not trained on it
   * @param row the texts of the fields, in their order
   */
  public void add(
      double label, double score, double championScore, boolean isUnseen, List<String> row) {
    if (size == labels.length) {
      labels = Arrays.copyOf(labels, 2 * size);
      candidate = Arrays.copyOf(candidate, 2 * size);
      champion = Arrays.copyOf(champion, 2 * size);
      unseen = Arrays.copyOf(unseen, 2 * size);
    }
    labels[size] = label;
    candidate[size] = score;
    champion[size] = championScore;
    unseen[size] = isUnseen;
    for (int i = 0; i < fields.size(); i++) {
      column(fields.get(i)).add(row.get(i).intern());
    }
    size++;
  }

  public int size() {
    return size;
  }

  /** What the candidate predicts of all rows. */
  public Predictions candidate() {
    return candidate(all());
  }

  int[] all() {
    return IntStream.range(0, size).toArray();
  }

  /** Those that the champion was not trained on. */
  int[] unseen(int[] rows) {
    return Arrays.stream(rows).filter(row -> unseen[row]).toArray();
  }

  /** The rows of one slice. */
  int[] of(Slice slice) {
    return IntStream.range(0, size)
        .filter(
            row ->
                slice.values().entrySet().stream()
                    .allMatch(value -> text(value.getKey(), row).equals(value.getValue())))
        .toArray();
  }

  /** The rows grouped by the values of some fields. */
  Map<Slice, int[]> by(List<String> names) {
    Map<List<String>, List<Integer>> groups = new HashMap<>();
    for (int row = 0; row < size; row++) {
      int at = row;
      groups
          .computeIfAbsent(
              names.stream().map(name -> text(name, at)).toList(), key -> new ArrayList<>())
          .add(row);
    }
    Map<Slice, int[]> slices = new HashMap<>();
    groups.forEach(
        (key, rows) -> {
          Map<String, String> slice = new TreeMap<>();
          for (int i = 0; i < names.size(); i++) {
            slice.put(names.get(i), key.get(i));
          }
          slices.put(new Slice(slice), rows.stream().mapToInt(Integer::intValue).toArray());
        });
    return slices;
  }

  Predictions candidate(int[] rows) {
    return predictions(rows, candidate);
  }

  Predictions champion(int[] rows) {
    return predictions(rows, champion);
  }

  private Predictions predictions(int[] rows, double[] scores) {
    return new Predictions(
        Arrays.stream(rows).mapToDouble(row -> labels[row]).toArray(),
        Arrays.stream(rows).mapToDouble(row -> scores[row]).toArray());
  }

  private String text(String field, int row) {
    return column(field).get(row);
  }

  private List<String> column(String field) {
    List<String> column = values.get(field);
    if (column == null) {
      throw new IllegalArgumentException("rows are not grouped by " + field);
    }
    return column;
  }
}
