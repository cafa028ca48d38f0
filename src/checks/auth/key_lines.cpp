#include "checks/auth/key_lines.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/shown.hpp"
#include "facts/authorized_keys.hpp"
#include "login/exhibits.hpp"

namespace reentry {
namespace {

const AuthorizedLine* damaged_at(const AuthorizedKeys& keys, const SeenCase& it) {
  const std::string_view wanted = it.raw("fingerprint");
  for (const AuthorizedLine& line : keys.lines) {
    if (line.number != it.at.line || line.kind != KeyLineKind::damaged || !line.recovered) continue;
    if (wanted.empty() || line.recovered->fingerprint() == wanted) return &line;
  }
  return nullptr;
}

// Whether words stand in front of the key that could be options.
bool may_have_options(std::string_view text) {
  const std::string_view front = text.substr(0, std::min(text.find("AAAA"), text.size()));
  return front.find_first_of("=,") != std::string_view::npos;
}

// Breaks the line in front of the second key's type word.
Steps part_glued(const SeenCase& it, const PublicKey& second, std::string_view path) {
  const auto bytes = bytes_of(it.input.facts, path);
  if (!bytes) return {};
  std::string line = line_of(*bytes, it.at.line);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  const std::size_t data = line.find(base64(second.blob));
  const std::size_t type = data == std::string::npos ? data : line.rfind(second.type, data);
  if (type == std::string::npos || type == 0) return {};
  std::string first = line.substr(0, type);
  while (!first.empty() && first.back() == ' ') first.pop_back();
  return replace_line(it.input.facts, path, it.at.line, {first, line.substr(type)});
}

void append_utf8(std::string& text, std::uint32_t point) {
  const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xC0 | (point >> 6U));
    add(0x80 | (point & 0x3FU));
  } else {
    add(0xE0 | (point >> 12U));
    add(0x80 | ((point >> 6U) & 0x3FU));
    add(0x80 | (point & 0x3FU));
  }
}

// UTF-16 with its byte order mark; characters beyond the first plane become `?`, since no key has them.
std::string from_utf16(std::string_view bytes) {
  const bool little = static_cast<unsigned char>(bytes[0]) == 0xFF;
  std::string text;
  for (std::size_t i = 2; i + 1 < bytes.size(); i += 2) {
    const auto low = static_cast<unsigned char>(bytes[little ? i : i + 1]);
    const auto high = static_cast<unsigned char>(bytes[little ? i + 1 : i]);
    const std::uint32_t unit = (static_cast<std::uint32_t>(high) << 8U) | low;
    if (unit >= 0xDC00 && unit < 0xE000) continue;
    append_utf8(text, unit >= 0xD800 && unit < 0xDC00 ? '?' : unit);
  }
  return text;
}

std::string with_plain_newlines(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      out += '\n';
    }
  }
  if (!out.empty() && out.back() != '\n') out += '\n';
  return out;
}

// The file's own name is a symbolic link, and what lacks is the file that it means.
bool ends_in_link_to(const PathFact& walk, const HostPath& target, const HostPath& missing) {
  // Directories that the link led through may have been visited after it.
  return std::any_of(walk.visited.begin(), walk.visited.end(), [&](const PathNode& node) {
    return node.stat.type == FileType::symlink && node.path.name() == target.name() &&
           HostPath(node.link_target).name() == missing.name();
  });
}

bool has_utf16_mark(std::string_view bytes) {
  return bytes.size() >= 2 && (bytes.substr(0, 2) == "\xFF\xFE" || bytes.substr(0, 2) == "\xFE\xFF");
}

}  // namespace

std::string key_line(const PublicKey& key) {
  return key.type + " " + base64(key.blob) + (key.comment.empty() ? "" : " " + shown(key.comment));
}

Steps mend_key_line(const SeenCase& it) {
  const Facts& facts = it.input.facts;
  const std::string path(it.has("path") ? it.raw("path") : it.at.path);
  const auto bytes = bytes_of(facts, path);
  if (!bytes || it.at.line == 0) return {};
  const AuthorizedKeys keys = parse_authorized_keys(*bytes, facts.ssh);
  const AuthorizedLine* line = damaged_at(keys, it);
  if (line == nullptr) return {};
  if (!line->mended.empty())
    return replace_lines(facts, path, line->number, line->last_number, {line->mended});
  if (name_of(line->damage) == "glued") return part_glued(it, *line->recovered, path);
  if (may_have_options(line->text)) return {};
  return replace_lines(facts, path, line->number, line->last_number, {key_line(*line->recovered)});
}

Steps as_plain_text(const SeenCase& it) {
  const Facts& facts = it.input.facts;
  const std::string path(it.has("path") ? it.raw("path") : it.at.path);
  const auto bytes = bytes_of(facts, path);
  if (!bytes) return {};
  std::string_view text = *bytes;
  if (has_utf16_mark(text)) return edit_file(facts, path, with_plain_newlines(from_utf16(text)));
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  const bool only_returns =
      text.find('\r') != std::string_view::npos && text.find('\n') == std::string_view::npos;
  return edit_file(facts, path, only_returns ? with_plain_newlines(text) : std::string(text));
}

const PublicKey* asked_key(const SeenCase& it) {
  for (const LoginTrace* trace : it.seen.traces) {
    if (trace->question.kind == CredentialKind::key && trace->question.key) return &*trace->question.key;
  }
  return nullptr;
}

Steps authorize(const SeenCase& it, const PublicKey& key, std::string_view path) {
  const Facts& facts = it.input.facts;
  const PasswdEntry* user = it.account();
  if (user == nullptr || path.empty() || key.certificate) return {};
  const FileFact* file = facts.paths.find(HostPath(path));
  if (file == nullptr) return {};
  if (file->path.found()) return append_lines(facts, path, {key_line(key)});
  if (file->path.end != PathEnd::absent) return {};
  const HostPath target(path);
  const HostPath missing = file->path.stopped_at;
  const bool own = is_in_home(facts, *user, target);
  const std::uint32_t uid = own ? user->uid : 0;
  const std::uint32_t gid = own ? user->gid : 0;
  // More than one directory that lacks is not ours to guess.
  Steps steps;
  const bool file_lacks = missing.name() == target.name() || ends_in_link_to(file->path, target, missing);
  if (!file_lacks) {
    if (missing.name() != target.parent().name()) return {};
    steps.push_back(CreateDirectory{missing, own ? 0700U : 0755U, uid, gid});
  }
  const HostPath place = file_lacks ? missing : missing / target.name();
  steps.push_back(CreateFile{place, key_line(key) + "\n", own ? 0600U : 0644U, uid, gid});
  return steps;
}

Steps authorize_aside(const SeenCase& it, const PublicKey& key, std::string_view path) {
  const Facts& facts = it.input.facts;
  const PasswdEntry* user = it.account();
  const FileFact* file = facts.paths.find(HostPath(path));
  if (user == nullptr || file == nullptr || key.certificate || !is_in_home(facts, *user, HostPath(path)))
    return {};
  const bool directory_lacks = file->path.end == PathEnd::not_a_directory;
  if (!file->path.found() && !directory_lacks) return {};
  const HostPath target(path);
  const HostPath& in_the_way = directory_lacks ? file->path.stopped_at : file->path.real;
  // A link that leads elsewhere, or more than one directory, is not ours to guess.
  if (in_the_way.name() != (directory_lacks ? target.parent() : target).name()) return {};
  if (!is_in_home(facts, *user, in_the_way)) return {};
  Steps steps{RenameFile{in_the_way, in_the_way.parent() / (std::string(in_the_way.name()) + ".old")}};
  if (directory_lacks) steps.push_back(CreateDirectory{in_the_way, 0700U, user->uid, user->gid});
  const HostPath place = directory_lacks ? in_the_way / target.name() : in_the_way;
  steps.push_back(CreateFile{place, key_line(key) + "\n", 0600U, user->uid, user->gid});
  return steps;
}

std::string authorize_command(const SeenCase& it, std::string_view path) {
  const PublicKey* key = asked_key(it);
  const std::string line = key == nullptr ? "PUBLIC-KEY-LINE" : key_line(*key);
  return "echo " + shell_word(line) + " >> " + shell_word(shown(path, 0));
}

}  // namespace reentry
