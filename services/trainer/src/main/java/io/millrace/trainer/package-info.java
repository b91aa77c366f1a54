/** The trainer: learns models from frozen rows and makes one file of each. */
@NullMarked
package io.millrace.trainer;

import org.jspecify.annotations.NullMarked;
