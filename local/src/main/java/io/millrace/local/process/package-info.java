/**
 * Child processes: started apart from the terminal, known by pid and start time, never orphaned.
 */
@NullMarked
package io.millrace.local.process;

import org.jspecify.annotations.NullMarked;
