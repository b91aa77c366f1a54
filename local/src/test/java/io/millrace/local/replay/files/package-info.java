@NullMarked
package io.millrace.local.replay.files;

import org.jspecify.annotations.NullMarked;
