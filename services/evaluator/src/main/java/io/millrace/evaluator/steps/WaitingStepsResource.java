package io.millrace.evaluator.steps;

import io.millrace.messaging.http.KeptAnswer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.Map;

/** How many steps of runs want a trainer, for whoever decides how many there shall be. */
@Path("/scaling/waiting-steps")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
public class WaitingStepsResource {
  private final KeptAnswer<Integer> answer;

  @Inject
  public WaitingStepsResource(WaitingSteps waiting) {
    this.answer = new KeptAnswer<>(Duration.ofSeconds(1), waiting::count);
  }

  /** The same from every replica; a problem while the broker does not tell, which is not 0. */
  @GET
  public Map<String, Integer> steps() {
    return Map.of("steps", answer.get());
  }
}
