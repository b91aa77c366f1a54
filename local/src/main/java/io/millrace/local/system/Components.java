package io.millrace.local.system;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Ports;
import io.millrace.local.machine.Service;
import io.millrace.local.machine.SystemClients;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a system consists of.
 *
 * @param leastDisk what has to be free for events to be taken
 */
public record Components(
    Installation installation, Home home, Ports ports, SystemClients clients, long leastDisk) {
  /** Broker, registry and Redis, which everything else needs, unless they are another's. */
  public List<Component> infrastructure() {
    List<Component> own = new ArrayList<>();
    if (clients.hasOwnBroker()) {
      own.add(new Broker(installation, home, ports).component());
    }
    if (clients.hasOwnRegistry()) {
      own.add(Registry.component(installation, home, ports));
    }
    if (clients.hasOwnRedis()) {
      own.add(Redis.component(installation, home, ports));
    }
    return own;
  }

  public Component service(Service service, int instance) {
    return ServiceComponent.component(this, service, instance);
  }

  /** Every port that the infrastructure listens on, with what listens there. */
  public Map<Integer, String> infrastructurePorts() {
    Map<Integer, String> wanted = new LinkedHashMap<>();
    if (clients.hasOwnBroker()) {
      wanted.put(ports.broker(), Broker.NAME);
      wanted.put(ports.controller(), "the broker's controller");
    }
    if (clients.hasOwnRegistry()) {
      wanted.put(ports.registry(), Registry.NAME);
      wanted.put(ports.registryManagement(), "the registry's management");
    }
    if (clients.hasOwnRedis()) {
      wanted.put(ports.redis(), Redis.NAME);
    }
    return wanted;
  }
}
