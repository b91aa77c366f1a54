package io.millrace.serving.models;

import io.millrace.onnx.session.Columns;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A loaded version and how many use it: it is closed by the last one who lets go of it, the
 * repository being one of them.
 */
final class LoadedModel {
  private final ModelIdentity identity;
  private final Scorer scorer;
  private final Runnable whenClosed;
  private final AtomicInteger users = new AtomicInteger(1);

  LoadedModel(ModelIdentity identity, Scorer scorer, Runnable whenClosed) {
    this.identity = identity;
    this.scorer = scorer;
    this.whenClosed = whenClosed;
  }

  ModelIdentity identity() {
    return identity;
  }

  /** Empty once it is closed. */
  Optional<Lease> lease() {
    int before;
    do {
      before = users.get();
      if (before == 0) {
        return Optional.empty();
      }
    } while (!users.compareAndSet(before, before + 1));
    return Optional.of(new HeldLease());
  }

  /** Lets go of it on the repository's behalf; to be called once. */
  void retire() {
    release();
  }

  private void release() {
    if (users.decrementAndGet() == 0) {
      try {
        scorer.close();
      } finally {
        whenClosed.run();
      }
    }
  }

  private final class HeldLease implements Lease {
    private final AtomicBoolean returned = new AtomicBoolean();

    @Override
    public ModelIdentity identity() {
      return identity;
    }

    @Override
    public float[] score(Columns rows) {
      if (returned.get()) {
        throw new IllegalStateException("the lease has been returned");
      }
      return scorer.score(rows);
    }

    @Override
    public void close() {
      if (!returned.getAndSet(true)) {
        release();
      }
    }
  }
}
