// What a transaction keeps of itself: its steps, everything as it was before, and how far it came. Values and
// their form as records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/node_image.hpp"
#include "repair/plan.hpp"
#include "repair/receipt.hpp"
#include "repair/record.hpp"

namespace reentry {

enum class StepKind { edit, mode, owner, create_file, create_directory, remove, rename, link, tool, label };
[[nodiscard]] std::string_view name_of(StepKind kind);
[[nodiscard]] StepKind kind_of(const Step& step);
// False where the node stays in its place and only its mode, owner or label changes.
[[nodiscard]] inline bool changes_names(StepKind kind) {
  return kind != StepKind::mode && kind != StepKind::owner && kind != StepKind::label &&
         kind != StepKind::tool;
}

// One step and what its path was before it.
struct KeptStep {
  StepKind kind = StepKind::edit;
  HostPath path;
  HostPath to;                     // of a rename
  std::string after_digest;        // of what an edit or a creation wrote
  NodeImage before;                // bytes are in the file before/N and verified by `digest`
  std::vector<std::string> words;  // of a tool: what it was told
  std::vector<std::string> back;   // and what takes that back
};

struct DirectoryTime {
  HostPath path;
  Moment modified;
};

struct Manifest {
  std::string id;
  std::int64_t made = 0;  // seconds since 1970 UTC
  struct Item {
    std::string cause;
    std::string remedy;
  };
  std::vector<Item> items;
  std::vector<KeptStep> steps;
  std::vector<DirectoryTime> directories;  // whose entries the steps change
};

[[nodiscard]] std::string to_text(const Manifest& manifest);
// Nothing when a line is damaged or missing. The images have no bytes yet.
[[nodiscard]] std::optional<Manifest> manifest_of(std::string_view text);

struct StepProgress {
  bool applying = false;
  bool done = false;
  bool undoing = false;
  bool undone = false;
  bool skipped = false;            // by undo: someone changed it since
  std::optional<NodeImage> after;  // without bytes; of a rename the node under its new name
};

struct Progress {
  TransactionState state = TransactionState::planned;
  bool forced = false;  // the undo under way overrides what others changed
  bool torn = false;    // the next record must begin on a line of its own
  std::vector<StepProgress> steps;
  std::vector<DirectoryTime> after;    // directories when the transaction was finished
  std::vector<DirectoryTime> restore;  // what an undo under way gives them at its end
};

[[nodiscard]] Progress progress_of(std::string_view text, std::size_t steps);

[[nodiscard]] std::string planned_record();
[[nodiscard]] std::string applying_record(std::size_t step);
[[nodiscard]] std::string done_record(std::size_t step, const NodeImage& after);
[[nodiscard]] std::string finished_record(const std::vector<DirectoryTime>& after);
[[nodiscard]] std::string undoing_record(bool force, const std::vector<DirectoryTime>& restore);
[[nodiscard]] std::string undo_step_record(std::size_t step);
[[nodiscard]] std::string undone_step_record(std::size_t step, bool skipped);
[[nodiscard]] std::string undone_record(bool partly);

// Same type, mode, owner, content and extended attributes; times and inode aside.
[[nodiscard]] bool same_node(const NodeImage& a, const NodeImage& b);

}  // namespace reentry
