/** What a model file says about itself: what made it, and its numbers. */
@NullMarked
package io.millrace.trainer.cards;

import org.jspecify.annotations.NullMarked;
