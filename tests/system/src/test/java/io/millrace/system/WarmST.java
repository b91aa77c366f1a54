package io.millrace.system;

import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** Stories that share {@link WarmMillrace}, as one class of the build, one after another. */
@Suite
@SelectClasses({IdleST.class, ModelST.class, StationaryST.class})
class WarmST {}
