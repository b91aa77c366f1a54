package io.millrace.local.wrong;

import io.millrace.testkit.oracle.Reconciler;

/** What is judged knows its judge. */
public record CommandOfTheJudge(Reconciler judge) {}
