/** What the trainer can be told. */
@NullMarked
package io.millrace.trainer.settings;

import org.jspecify.annotations.NullMarked;
