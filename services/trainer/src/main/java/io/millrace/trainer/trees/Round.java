package io.millrace.trainer.trees;

/**
 * How far the training is.
 *
 * @param round from 1
 * @param rounds the most that there will be
 * @param metric what the rounds are compared by: auc or rmse
 * @param eval its value on the evaluation rows; NaN when there are none
 */
public record Round(int round, int rounds, String metric, double eval) {}
