package io.millrace.artifacts.wrong;

import io.millrace.local.LocalSystem;

/** A library that knows one of its users. */
public record StoreOfTheCommandLine(LocalSystem system) {}
