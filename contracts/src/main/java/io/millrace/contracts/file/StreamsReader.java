package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.pipeline.Stream.Role;
import io.millrace.contracts.topics.KafkaNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads all streams, of which one holds the examples and one the labels. */
record StreamsReader(List<StreamDraft> drafts) {

  static StreamsReader read(Section section) {
    List<StreamDraft> drafts = new ArrayList<>();
    section.entries().forEach((name, entry) -> drafts.add(StreamReader.read(name, entry)));
    StreamsReader streams = new StreamsReader(drafts);
    streams.checkRole(Role.EXAMPLE, section);
    streams.checkRole(Role.LABEL, section);
    streams.checkIds();
    streams.checkTopics();
    return streams;
  }

  Optional<StreamDraft> of(Role role) {
    return drafts.stream().filter(draft -> draft.role().equals(Optional.of(role))).findFirst();
  }

  /** The streams, empty unless all of them could be read. */
  Optional<Map<String, Stream>> complete() {
    Map<String, Stream> streams = new LinkedHashMap<>();
    drafts.forEach(draft -> draft.stream().ifPresent(known -> streams.put(draft.name(), known)));
    return streams.size() == drafts.size() ? Optional.of(streams) : Optional.empty();
  }

  private void checkRole(Role role, Section section) {
    String word = role.name().toLowerCase(Locale.ROOT);
    List<StreamDraft> having =
        drafts.stream().filter(draft -> draft.role().equals(Optional.of(role))).toList();
    if (section.isMapping()
        && having.isEmpty()
        && drafts.stream().allMatch(draft -> draft.role().isPresent())) {
      section.problem("no stream has the role " + word, "give one stream role: " + word);
    }
    having.stream()
        .skip(1)
        .forEach(
            draft ->
                draft
                    .section()
                    .section("role")
                    .problem(
                        "the stream "
                            + having.getFirst().name()
                            + " has the role "
                            + word
                            + " already",
                        "exactly one stream has it"));
  }

  /** Examples and labels are joined by id: 7 is not "7". */
  private void checkIds() {
    Optional<StreamDraft> example = of(Role.EXAMPLE);
    Optional<StreamDraft> label = of(Role.LABEL);
    if (example.isEmpty() || label.isEmpty()) {
      return;
    }
    example
        .get()
        .idType()
        .ifPresent(
            wanted ->
                label
                    .get()
                    .idType()
                    .filter(type -> !type.equals(wanted))
                    .ifPresent(
                        type ->
                            label
                                .get()
                                .section()
                                .section("id")
                                .problem(
                                    "the id is "
                                        + type
                                        + ", but the id of "
                                        + example.get().name()
                                        + " is "
                                        + wanted,
                                    "give both the same type")));
  }

  private void checkTopics() {
    Map<String, String> owners = new HashMap<>();
    for (StreamDraft draft : drafts) {
      Section topic = draft.section().section("topic");
      topic
          .text()
          .ifPresent(
              name -> {
                String owner = owners.putIfAbsent(name, draft.name());
                if (owner != null) {
                  topic.problem("the stream " + owner + " reads this topic already", "");
                } else if (name.startsWith(KafkaNames.topic(""))) {
                  topic.problem(
                      "names that begin with %s are Millrace's own".formatted(KafkaNames.topic("")),
                      "leave topic out");
                }
              });
    }
  }
}
