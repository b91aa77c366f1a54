package io.millrace.local.system;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Ports;
import io.millrace.local.machine.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a system consists of.
 *
 * @param leastDisk what has to be free for events to be taken
 */
public record Components(Installation installation, Home home, Ports ports, long leastDisk) {
  /** Broker, registry and Redis, which everything else needs. */
  public List<Component> infrastructure() {
    return List.of(
        new Broker(installation, home, ports).component(),
        Registry.component(installation, home, ports),
        Redis.component(installation, home, ports));
  }

  public Component service(Service service, int instance) {
    return ServiceComponent.component(this, service, instance);
  }

  /** Every port that the infrastructure listens on, with what listens there. */
  public Map<Integer, String> infrastructurePorts() {
    Map<Integer, String> wanted = new LinkedHashMap<>();
    wanted.put(ports.broker(), Broker.NAME);
    wanted.put(ports.controller(), "the broker's controller");
    wanted.put(ports.registry(), Registry.NAME);
    wanted.put(ports.registryManagement(), "the registry's management");
    wanted.put(ports.redis(), Redis.NAME);
    return wanted;
  }
}
