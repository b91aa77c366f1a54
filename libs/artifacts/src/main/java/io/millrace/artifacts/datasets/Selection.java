package io.millrace.artifacts.datasets;

/**
 * Some of a data set's rows.
 *
 * @param sample the share of them that is read, chosen by a hash of the id: 1 is all
 */
public record Selection(Split split, double sample) {
  public static final Selection TRAIN = new Selection(Split.TRAIN, 1);
  public static final Selection EVAL = new Selection(Split.EVAL, 1);
  public static final Selection ALL = new Selection(Split.ALL, 1);

  /** The parts that the held-out rows cut a data set into. */
  public enum Split {
    TRAIN,
    EVAL,
    ALL
  }

  public Selection {
    if (!(sample > 0 && sample <= 1)) {
      throw new IllegalArgumentException("no share of the rows: " + sample);
    }
  }

  /** As SQL over the columns {@code _eval} and {@code _id}. */
  String sql() {
    String split =
        switch (this.split) {
          case TRAIN -> "NOT _eval";
          case EVAL -> "_eval";
          case ALL -> "TRUE";
        };
    return sample == 1 ? split : split + " AND " + HeldOut.sampleSql("_id", sample);
  }
}
