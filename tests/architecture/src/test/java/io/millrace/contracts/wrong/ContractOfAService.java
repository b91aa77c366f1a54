package io.millrace.contracts.wrong;

import io.millrace.validator.checks.Verdict;

/** A contract that knows one of those who agreed on it. */
public record ContractOfAService(Verdict verdict) {}
