package io.millrace.local.wrong;

import io.millrace.testkit.oracle.BruteForce;

/** What is judged knows its judge. */
public record CommandOfTheJudge(BruteForce judge) {}
