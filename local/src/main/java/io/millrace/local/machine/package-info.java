/** What this machine offers: ports, disk, the files that the build made, the home folder. */
@NullMarked
package io.millrace.local.machine;

import org.jspecify.annotations.NullMarked;
