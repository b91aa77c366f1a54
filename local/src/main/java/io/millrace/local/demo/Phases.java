package io.millrace.local.demo;

import io.millrace.local.demo.Numbers.Parity;
import io.millrace.local.demo.Numbers.Quality;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How well the models did in the three parts of a demo. When a part begins and ends in event time
 * depends on the machine, and some days are harder than others: so a model is compared only with
 * what another one has on the same rows, and a difference counts when it is larger than chance.
 *
 * @param before the old champion until the switch
 * @param after the old champion from then on
 * @param recovered whoever came behind it
 * @param parity of the old champion with its file
 */
record Phases(Quality before, Quality after, Quality recovered, Parity parity) {
  /** How many standard errors are no chance: once in 700 on one side. */
  private static final double ERRORS = 3;

  private static final double CHANCE = 0.5;

  /** What part of the loss a new champion wins back at least. */
  private static final double WON_BACK = 0.5;

  /**
   * What must have been seen.
   *
   * @param leastUsual what the AUC before the switch is above
   */
  List<Check> checks(double leastUsual) {
    return List.of(
        new Check(
            "live scores of the old champion = those of its file, by id",
            parity.rows() > 0 && parity.unlike() == 0,
            "%,d, unlike %d".formatted(parity.rows(), parity.unlike())),
        new Check(
            "live AUC before the switch is above %.2f".formatted(leastUsual),
            before
                .auc()
                .filter(auc -> auc - ERRORS * standardError(auc, before) > leastUsual)
                .isPresent(),
            text(before)),
        new Check(
            "behind the switch it is lower than on the old codes",
            isAbove(after.reference(), after.auc(), after),
            text(after)),
        new Check(
            "the new champion wins back half of that or more",
            isAbove(recovered.auc(), recovered.stale(), recovered) && isWonBack(),
            text(recovered)));
  }

  private boolean isWonBack() {
    double stale = recovered.stale().orElse(CHANCE);
    double usual = recovered.reference().orElse(CHANCE);
    return recovered.auc().filter(auc -> auc - stale >= WON_BACK * (usual - stale)).isPresent();
  }

  /**
   * Whether one AUC is above another one on the same rows by more than chance. These go up and down
   * together, so that the error of their difference is smaller than it is taken for here.
   */
  private static boolean isAbove(Optional<Double> high, Optional<Double> low, Quality rows) {
    return high.isPresent()
        && low.isPresent()
        && high.get() - low.get()
            > ERRORS * Math.hypot(standardError(high.get(), rows), standardError(low.get(), rows));
  }

  /**
   * The standard error of an AUC: Hanley and McNeil, The Meaning and Use of the Area under a
   * Receiver Operating Characteristic (ROC) Curve, Radiology 143 (1982), formula 2.
   */
  static double standardError(double auc, Quality rows) {
    double positives = rows.positives();
    double negatives = rows.labelled() - rows.positives();
    double twoPositives = auc / (2 - auc);
    double twoNegatives = 2 * auc * auc / (1 + auc);
    return Math.sqrt(
        (auc * (1 - auc)
                + (positives - 1) * (twoPositives - auc * auc)
                + (negatives - 1) * (twoNegatives - auc * auc))
            / (positives * negatives));
  }

  private static String text(Quality rows) {
    return "%s over %,d labelled of %,d; old champion %s on old codes, %s as served"
        .formatted(
            number(rows.auc()),
            rows.labelled(),
            rows.predictions(),
            number(rows.reference()),
            number(rows.stale()));
  }

  private static String number(Optional<Double> value) {
    return value.map(v -> String.format(Locale.ROOT, "%.4f", v)).orElse("none");
  }
}
