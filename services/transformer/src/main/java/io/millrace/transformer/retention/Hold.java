package io.millrace.transformer.retention;

import io.millrace.contracts.errors.ErrorCode;

/** Why nothing of a pipeline goes now, though nothing may refer to it. */
record Hold(ErrorCode code, String reason) {}
