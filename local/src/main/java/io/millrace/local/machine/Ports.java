package io.millrace.local.machine;

/**
 * The ports of one system; all are shifted by the same number, so that several systems can run
 * beside each other.
 *
 * @param base added to every default port
 */
public record Ports(int base) {
  /** Further instances of a service stand this far above the one before. */
  private static final int INSTANCE_STEP = 1000;

  private static final int HIGHEST = 65_535;

  public Ports {
    if (base < 0 || base + 9093 > HIGHEST) {
      throw new IllegalArgumentException("the port base must be 0 to " + (HIGHEST - 9093));
    }
  }

  public int registry() {
    return base + 8080;
  }

  public int registryManagement() {
    return base + 8090;
  }

  public int broker() {
    return base + 9092;
  }

  public int controller() {
    return base + 9093;
  }

  public int redis() {
    return base + 6379;
  }

  /** The port of a service's nth instance, counting from 1. */
  public int service(Service service, int instance) {
    int port = base + service.port() + INSTANCE_STEP * (instance - 1);
    if (port > HIGHEST) {
      throw new IllegalArgumentException(
          "port " + port + " of " + service.instanceName(instance) + " is above " + HIGHEST);
    }
    return port;
  }
}
