#include "checks/remedies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/shown.hpp"

namespace reentry {
namespace {

// Bytes with the place of every line in them.
class Lines {
 public:
  explicit Lines(const std::string& bytes) : bytes_(bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
      starts_.push_back(at);
      const std::size_t end = bytes.find('\n', at);
      at = end == std::string::npos ? bytes.size() : end + 1;
    }
  }
  [[nodiscard]] std::size_t count() const { return starts_.size(); }
  // Of line `number` (from 1); of the one behind the last: the end of the bytes.
  [[nodiscard]] std::size_t start(std::size_t number) const {
    return number > count() ? bytes_.size() : starts_[number - 1];
  }
  [[nodiscard]] std::string text(std::size_t number) const {
    std::string line = bytes_.substr(start(number), start(number + 1) - start(number));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    return line;
  }
  // How this file ends its lines.
  [[nodiscard]] std::string_view line_end() const {
    return bytes_.find("\r\n") != std::string::npos ? "\r\n" : "\n";
  }

 private:
  const std::string& bytes_;
  std::vector<std::size_t> starts_;
};

std::optional<std::uint32_t> number_of(std::string_view text, int base) {
  std::uint32_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
    return std::nullopt;
  return value;
}

// A note of ours says which transaction made it, once that has a name.
std::string marked(std::string note) {
  constexpr std::string_view kOurs = "reentry: ";
  if (note.starts_with(kOurs)) note.replace(0, kOurs.size(), std::string(kTransactionMark) + ": ");
  return note;
}

}  // namespace

void add_remedy(Finding& finding, std::string_view name, Risk risk, Text text, Steps steps,
                std::vector<std::string> commands) {
  const Risk kept = steps.empty() ? Risk::manual : risk;
  finding.remedies.push_back({fmt::format("{}#{}", id_of(finding.cause), name), kept, std::move(text),
                              std::move(steps), std::move(commands)});
}

void add_advice(Finding& finding, std::string_view name, Text text, std::vector<std::string> commands) {
  add_remedy(finding, name, Risk::manual, std::move(text), {}, std::move(commands));
}

std::string shell_word(std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=+@%,";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::optional<std::string> bytes_of(const Facts& facts, std::string_view path) {
  for (const ConfigFile& file : facts.config.files) {
    if (file.path.str() == path) return file.bytes;
  }
  const FileFact* fact = facts.paths.find(HostPath(path));
  if (fact == nullptr || !fact->bytes) return std::nullopt;
  // A file of which only the beginning was read can't be written back.
  if (fact->path.found() && fact->path.node().stat.size != fact->bytes->size()) return std::nullopt;
  return *fact->bytes;
}

HostPath real_path(const Facts& facts, std::string_view path) {
  const FileFact* fact = facts.paths.find(HostPath(path));
  return fact != nullptr && fact->path.found() ? fact->path.real : HostPath(path);
}

Steps edit_file(const Facts& facts, std::string_view path, const std::string& after) {
  const std::optional<std::string> before = bytes_of(facts, path);
  if (!before || *before == after) return {};
  return {EditFile{real_path(facts, path), *before, after}};
}

Steps replace_lines(const Facts& facts, std::string_view path, std::size_t first, std::size_t last,
                    const std::vector<std::string>& lines) {
  const std::optional<std::string> before = bytes_of(facts, path);
  if (!before) return {};
  const Lines old(*before);
  if (first == 0 || first > last || last > old.count()) return {};
  const std::size_t end = old.start(last + 1);
  const bool ended = end > 0 && (*before)[end - 1] == '\n';
  const std::string_view line_end =
      ended && end > 1 && (*before)[end - 2] == '\r' ? std::string_view("\r\n") : std::string_view("\n");
  std::string middle;
  for (const std::string& line : lines) middle.append(line).append(line_end);
  if (!ended && !middle.empty()) middle.erase(middle.size() - line_end.size());
  return edit_file(facts, path, before->substr(0, old.start(first)) + middle + before->substr(end));
}

Steps replace_line(const Facts& facts, std::string_view path, std::size_t line,
                   const std::vector<std::string>& lines) {
  return replace_lines(facts, path, line, line, lines);
}

Steps comment_out(const Facts& facts, std::string_view path, std::size_t first, std::size_t last,
                  std::string_view note) {
  const std::optional<std::string> before = bytes_of(facts, path);
  if (!before) return {};
  const Lines old(*before);
  if (first == 0 || last > old.count()) return {};
  std::vector<std::string> lines;
  if (!note.empty()) lines.push_back("# " + marked(shown(note)));
  for (std::size_t i = first; i <= last; ++i) lines.push_back("#" + old.text(i));
  return replace_lines(facts, path, first, last, lines);
}

Steps insert_before(const Facts& facts, std::string_view path, std::size_t line,
                    const std::vector<std::string>& lines) {
  const std::optional<std::string> before = bytes_of(facts, path);
  if (!before) return {};
  const Lines old(*before);
  if (line == 0 || line > old.count()) return {};
  std::string added;
  for (const std::string& one : lines) added.append(one).append(old.line_end());
  return edit_file(facts, path, before->substr(0, old.start(line)) + added + before->substr(old.start(line)));
}

Steps prepend_line(const Facts& facts, std::string_view path, const std::string& line) {
  const std::optional<std::string> before = bytes_of(facts, path);
  if (!before) return {};
  return edit_file(facts, path, line + std::string(Lines(*before).line_end()) + *before);
}

Steps append_lines(const Facts& facts, std::string_view path, const std::vector<std::string>& lines) {
  const std::optional<std::string> before = bytes_of(facts, path);
  if (!before) return {};
  const std::string_view line_end = Lines(*before).line_end();
  std::string after = *before;
  if (!after.empty() && after.back() != '\n') after += line_end;
  for (const std::string& one : lines) after.append(one).append(line_end);
  return edit_file(facts, path, after);
}

std::optional<SeenNode> seen_node(const SeenCase& it) {
  const auto mode = number_of(it.raw("mode"), 8);
  const auto uid = number_of(it.raw("owner_uid"), 10);
  const auto gid = number_of(it.raw("owner_gid"), 10);
  if (mode && uid && gid && it.has("path")) return SeenNode{HostPath(it.raw("path")), *mode, *uid, *gid};
  const FileFact* fact = it.input.facts.paths.find(HostPath(it.has("path") ? it.raw("path") : it.at.path));
  if (fact == nullptr || !fact->path.found()) return std::nullopt;
  const PathNode& node = fact->path.node();
  return SeenNode{node.path, node.stat.mode, node.stat.uid, node.stat.gid};
}

Steps set_mode(const SeenNode& node, std::uint32_t after) {
  if (node.mode == after) return {};
  return {SetMode{node.path, node.mode, after}};
}

Steps set_owner(const SeenNode& node, std::uint32_t uid, std::uint32_t gid) {
  if (node.uid == uid && node.gid == gid) return {};
  return {SetOwner{node.path, node.uid, node.gid, uid, gid}};
}

std::string octal(std::uint32_t mode) {
  return fmt::format("{:04o}", mode);
}

bool is_shared_directory(const SeenNode& node) {
  constexpr std::uint32_t kSticky = 01000;
  const std::string& path = node.path.str();
  return (node.mode & kSticky) != 0 || path == "/tmp" || path == "/var/tmp" || path == "/dev/shm";
}

bool is_in_home(const Facts& facts, const PasswdEntry& user, const HostPath& path) {
  if (user.home.empty() || HostPath(user.home).is_root()) return false;
  return path.is_within(HostPath(user.home)) || path.is_within(real_path(facts, user.home));
}

}  // namespace reentry
