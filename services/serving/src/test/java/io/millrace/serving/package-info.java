/** What the tests of serving share. */
package io.millrace.serving;
