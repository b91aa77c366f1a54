package io.millrace.artifacts.datasets;

import java.nio.file.Path;

/**
 * How much a data set may take.
 *
 * @param memory of DuckDB, as it writes it, such as {@code 512MB}; more goes to the disk
 * @param spill a folder that nobody else uses at the time
 */
public record Reading(String memory, Path spill) {}
