package io.millrace.local.demo;

/**
 * Something that the demo must show.
 *
 * @param found in words and numbers
 */
record Check(String what, boolean passed, String found) {}
