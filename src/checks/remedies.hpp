// What the remedies of many checks are made of: edits of single lines, modes, owners, and the words around
// them. Every step carries what the facts say stands there now, so that it is never done to something else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checks/seen_case.hpp"
#include "diagnosis/finding.hpp"
#include "facts/facts.hpp"

namespace reentry {

// Adds a remedy `CAUSE#name`. Without steps it is for a person, whatever `risk` says.
void add_remedy(Finding& finding, std::string_view name, Risk risk, Text text, std::vector<Step> steps,
                std::vector<std::string> commands = {});
// A remedy for a person alone.
void add_advice(Finding& finding, std::string_view name, Text text, std::vector<std::string> commands = {});

// `text` as one word of a shell: quoted where it must be.
[[nodiscard]] std::string shell_word(std::string_view text);

// The whole bytes of a file, from the configuration or from what else was read; nothing when nobody read it.
[[nodiscard]] std::optional<std::string> bytes_of(const Facts& facts, std::string_view path);
// Where an edit of that path really happens: symlinks followed as far as the facts know them.
[[nodiscard]] HostPath real_path(const Facts& facts, std::string_view path);

// Each gives the one EditFile step, or nothing when the file's bytes or the line are not known. Lines are
// counted from 1; line ends are kept as they are, also a missing one at the end of the file.
using Steps = std::vector<Step>;
[[nodiscard]] Steps edit_file(const Facts& facts, std::string_view path, const std::string& after);
// `lines` take the place of line `line` (several: one below the other; none: the line goes).
[[nodiscard]] Steps replace_line(const Facts& facts, std::string_view path, std::size_t line,
                                 const std::vector<std::string>& lines);
[[nodiscard]] Steps replace_lines(const Facts& facts, std::string_view path, std::size_t first,
                                  std::size_t last, const std::vector<std::string>& lines);
// Puts `#` in front of the lines and `note` above them.
[[nodiscard]] Steps comment_out(const Facts& facts, std::string_view path, std::size_t first,
                                std::size_t last, std::string_view note);
[[nodiscard]] Steps insert_before(const Facts& facts, std::string_view path, std::size_t line,
                                  const std::vector<std::string>& lines);
// A line of its own in front of all others, also of an empty file.
[[nodiscard]] Steps prepend_line(const Facts& facts, std::string_view path, const std::string& line);
[[nodiscard]] Steps append_lines(const Facts& facts, std::string_view path,
                                 const std::vector<std::string>& lines);

// The node that an obstacle names by its details (`path`, `mode`, `owner_uid`, `owner_gid`).
struct SeenNode {
  HostPath path;
  std::uint32_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};
[[nodiscard]] std::optional<SeenNode> seen_node(const SeenCase& it);
// Steps that change it; empty when it is so already.
[[nodiscard]] Steps set_mode(const SeenNode& node, std::uint32_t after);
[[nodiscard]] Steps set_owner(const SeenNode& node, std::uint32_t uid, std::uint32_t gid);

// `0755`.
[[nodiscard]] std::string octal(std::uint32_t mode);
// True for directories that every program writes to (/tmp and its like): their mode is not ours to change.
[[nodiscard]] bool is_shared_directory(const SeenNode& node);
// True when `path` lies in the home of `user` (or is it), which may be a symbolic link.
[[nodiscard]] bool is_in_home(const Facts& facts, const PasswdEntry& user, const HostPath& path);

}  // namespace reentry
