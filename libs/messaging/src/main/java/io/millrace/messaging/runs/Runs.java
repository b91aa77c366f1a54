package io.millrace.messaging.runs;

import io.millrace.contracts.control.RunStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Runs as their events tell, of each pipeline the last thousand, or all; of a step that was told
 * several times the last word counts. Not safe for several threads.
 */
public final class Runs {
  private static final int MOST = 1_000;

  private final int most;
  private final Map<String, Map<String, Run>> pipelines = new TreeMap<>();

  /** The last thousand of each pipeline, for who follows them for as long as he lives. */
  public Runs() {
    this(MOST);
  }

  private Runs(int most) {
    this.most = most;
  }

  /** All of them, for who reads them once. */
  public static Runs all() {
    return new Runs(Integer.MAX_VALUE);
  }

  /**
   * Takes a word.
   *
   * @return the run that is forgotten for it: the oldest that is over, when there are too many
   */
  public Optional<Run> accept(RunStep step) {
    Map<String, Run> runs =
        pipelines.computeIfAbsent(step.getPipeline(), pipeline -> new LinkedHashMap<>());
    runs.merge(
        step.getRun(),
        new Run(step.getPipeline(), step.getRun(), Map.of(step.getStep(), step)),
        Run::with);
    if (runs.size() <= most) {
      return Optional.empty();
    }
    Optional<Run> oldest = runs.values().stream().filter(run -> !run.isOpen()).findFirst();
    oldest.ifPresent(run -> runs.remove(run.id()));
    return oldest;
  }

  /** As if nothing had been said of a pipeline's runs. */
  public void forget(String pipeline) {
    pipelines.remove(pipeline);
  }

  /** A pipeline's runs in the order in which they were asked for. */
  public List<Run> of(String pipeline) {
    return List.copyOf(pipelines.getOrDefault(pipeline, Map.of()).values());
  }

  /** A run as it stands now. */
  Optional<Run> run(Run earlier) {
    return Optional.ofNullable(
        pipelines.getOrDefault(earlier.pipeline(), Map.of()).get(earlier.id()));
  }

  /** The pipelines that had a run. */
  public List<String> pipelines() {
    return List.copyOf(pipelines.keySet());
  }

  /**
   * The first open run that waits for one of these steps, and which of them.
   *
   * @param ready whether it may be begun now
   */
  Optional<Due> due(List<? extends StepWork> works, Predicate<Due> ready) {
    for (String pipeline : pipelines.keySet()) {
      List<Run> earlier = new ArrayList<>();
      for (Run run : of(pipeline)) {
        if (run.isOpen()) {
          for (StepWork work : works) {
            if (work.isDue(run)) {
              Due due = new Due(run, earlier, work);
              if (ready.test(due)) {
                return Optional.of(due);
              }
            }
          }
        }
        earlier.add(run);
      }
    }
    return Optional.empty();
  }

  /**
   * A step that can be done now.
   *
   * @param earlier the pipeline's runs that were asked for before this one, oldest first
   */
  public record Due(Run run, List<Run> earlier, StepWork work) {
    public Due {
      earlier = List.copyOf(earlier);
    }

    /** The last word on the step, if it was begun before. */
    Optional<RunStep> last() {
      return run.step(work.step());
    }
  }
}
