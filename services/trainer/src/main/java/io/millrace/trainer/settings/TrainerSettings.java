package io.millrace.trainer.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.OptionalInt;

/** What the trainer alone can be told, below {@code millrace}. */
@ConfigMapping(prefix = "millrace")
public interface TrainerSettings {
  Trainer trainer();

  /** Below {@code millrace.trainer}. */
  interface Trainer {
    /** Bytes that rows may take, here and in XGBoost together; more rows are sampled. */
    @WithDefault("536870912")
    long memoryBytes();

    /** Memory of the database that reads the rows, as DuckDB writes it; more goes to the disk. */
    @WithDefault("256MB")
    String readMemory();

    /** Threads of XGBoost; all processors when left out. */
    OptionalInt threads();

    /** Most held-out rows on which the file is compared with XGBoost. */
    @WithDefault("10000")
    int parityRows();

    /** Seed of whatever XGBoost draws. */
    @WithDefault("7")
    long seed();
  }
}
