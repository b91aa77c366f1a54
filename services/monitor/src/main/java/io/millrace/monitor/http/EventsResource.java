package io.millrace.monitor.http;

import io.millrace.monitor.history.Changes;
import io.millrace.monitor.history.Changes.Place;
import io.millrace.monitor.lag.Services;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells as it happens which section of which pipeline has changed, by server-sent events: {@code
 * event: changed}, {@code data: {"pipeline": "flights", "section": "runs"}}. What it says now is
 * read from the section itself, so that nothing is missed between two connections.
 */
@Path("/v1/events")
public class EventsResource {
  private static final Duration TICK = Duration.ofMillis(500);
  private static final int TICKS_BETWEEN_PINGS = 20;

  private final Changes changes;
  private final Services services;

  @Inject
  public EventsResource(Changes changes, Services services) {
    this.changes = changes;
    this.services = services;
  }

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Multi<OutboundSseEvent> events(@Context Sse sse) {
    Map<Place, Long> seen = new HashMap<>();
    return Multi.createFrom()
        .ticks()
        .every(TICK)
        .onOverflow()
        .drop()
        .onItem()
        .transformToIterable(tick -> since(seen, tick, sse));
  }

  /** A ping now and then shows both ends that the other one is there. */
  private List<OutboundSseEvent> since(Map<Place, Long> seen, long tick, Sse sse) {
    services.look();
    List<OutboundSseEvent> events = new ArrayList<>();
    changes.counts().entrySet().stream()
        .filter(count -> !count.getValue().equals(seen.put(count.getKey(), count.getValue())))
        .map(Map.Entry::getKey)
        .sorted(Comparator.comparing(Place::pipeline).thenComparing(Place::section))
        .forEach(place -> events.add(changed(place, sse)));
    if (events.isEmpty() && tick % TICKS_BETWEEN_PINGS == 0) {
      events.add(sse.newEventBuilder().name("ping").data("{}").build());
    }
    return events;
  }

  private static OutboundSseEvent changed(Place place, Sse sse) {
    return sse.newEventBuilder()
        .name("changed")
        .mediaType(MediaType.APPLICATION_JSON_TYPE)
        .data(Map.of("pipeline", place.pipeline(), "section", place.section().text()))
        .build();
  }
}
