/** Runs a command inside a cluster, as a Job of the tool's image beside the services. */
@NullMarked
package io.millrace.local.cluster;

import org.jspecify.annotations.NullMarked;
