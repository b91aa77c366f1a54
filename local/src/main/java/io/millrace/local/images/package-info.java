/** Container images of the services and of the command line, made without a container engine. */
@NullMarked
package io.millrace.local.images;

import org.jspecify.annotations.NullMarked;
