package io.millrace.messaging.registry;

import java.util.Optional;
import org.apache.avro.Schema;

/** What Millrace asks of a schema registry. Ids are those of the wire format (content ids). */
public interface SchemaRegistry {

  /**
   * Registers a schema under an artifact, the first with the rule BACKWARD_TRANSITIVE; the same
   * schema again gives the same id.
   */
  Registration register(String artifactId, Schema schema);

  /** Whether {@link #register} would accept the schema; changes nothing. */
  Registration check(String artifactId, Schema schema);

  /**
   * The schema with an id; empty when the registry knows no such id.
   *
   * @throws RegistryUnavailableException when the registry does not answer, or not as one
   * @throws UnusableSchemaException when something else stands under the id
   */
  Optional<Schema> schema(int id);

  /**
   * Removes an artifact with all of its versions; what was written with them may not be readable
   * any more.
   */
  Removal remove(String artifactId);

  /** What came of a removal. */
  enum Removal {
    REMOVED,
    NOT_THERE,
    /** The registry is set to let nobody remove anything. */
    NOT_ALLOWED
  }

  /** The outcome of a registration. */
  sealed interface Registration {
    /** {@code id} is 0 for a check. */
    record Accepted(int id) implements Registration {}

    /**
     * @param field the field at fault, where it is one
     */
    record Incompatible(String artifactId, Optional<String> field, String reason)
        implements Registration {}
  }
}
