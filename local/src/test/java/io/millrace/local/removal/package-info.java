@NullMarked
package io.millrace.local.removal;

import org.jspecify.annotations.NullMarked;
