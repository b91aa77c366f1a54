package io.millrace.features.online;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the store holds of the entities asked for, in their order.
 *
 * @param panes Avro binary of FeaturePanes; empty for an unknown or evicted entity
 * @param watermark the least over the tasks that have told theirs
 */
public record OnlineRows(List<Optional<byte[]>> panes, OptionalLong watermark) {
  public OnlineRows {
    panes = List.copyOf(panes);
  }
}
