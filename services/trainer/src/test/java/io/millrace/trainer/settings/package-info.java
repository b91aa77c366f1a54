/** Tests of the settings. */
@NullMarked
package io.millrace.trainer.settings;

import org.jspecify.annotations.NullMarked;
