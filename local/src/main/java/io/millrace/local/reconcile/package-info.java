/** Double-entry bookkeeping over topics and files: what went in against what came out, by id. */
@NullMarked
package io.millrace.local.reconcile;

import org.jspecify.annotations.NullMarked;
