package io.millrace.contracts.expression;

import com.google.protobuf.ByteString;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.CelStandardFunctions.StandardFunction;
import dev.cel.runtime.CelStandardFunctions.StandardFunction.Overload.Arithmetic;
import dev.cel.runtime.RuntimeHelpers;
import io.millrace.contracts.limits.Limit;
import java.util.List;
import java.util.Set;

/**
 * The {@code +} of texts, bytes and lists, up to {@link Limit#EXPRESSION_JOINED}: doubled by each
 * of the sixty loops that fit into an expression, one letter would fill any memory.
 */
final class BoundedJoins {
  private static final Set<Arithmetic> JOINS =
      Set.of(Arithmetic.ADD_STRING, Arithmetic.ADD_BYTES, Arithmetic.ADD_LIST);

  private BoundedJoins() {}

  /** The standard functions, these left out. */
  static CelStandardFunctions withoutTheirs() {
    return CelStandardFunctions.newBuilder()
        .filterFunctions(
            (function, overload) -> function != StandardFunction.ADD || !JOINS.contains(overload))
        .build();
  }

  static List<CelFunctionBinding> ours() {
    return List.of(
        CelFunctionBinding.from(
            "add_string",
            String.class,
            String.class,
            (a, b) -> {
              check((long) a.length() + b.length());
              return a + b;
            }),
        CelFunctionBinding.from(
            "add_bytes",
            ByteString.class,
            ByteString.class,
            (a, b) -> {
              check((long) a.size() + b.size());
              return a.concat(b);
            }),
        CelFunctionBinding.from("add_list", List.class, List.class, BoundedJoins::join));
  }

  private static <E> List<E> join(List<E> a, List<E> b) {
    check((long) a.size() + b.size());
    return RuntimeHelpers.concat(a, b);
  }

  private static void check(long length) {
    if (Limit.EXPRESSION_JOINED.isExceededBy(length)) {
      throw new ArithmeticException(Limit.EXPRESSION_JOINED.exceededBy(length));
    }
  }
}
