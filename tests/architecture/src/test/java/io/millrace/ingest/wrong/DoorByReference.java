package io.millrace.ingest.wrong;

import java.util.function.LongSupplier;

/** Reaches for the time without a call that one would see. */
public final class DoorByReference {
  final LongSupplier time = System::currentTimeMillis;
}
