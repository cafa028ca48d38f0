#include "facts/foreign_key.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/digest.hpp"

namespace reentry {
namespace {

std::string_view next_line(std::string_view& bytes) {
  const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
  std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(std::min(end + 1, bytes.size()));
  if (end < bytes.size() && !bytes.empty() && bytes.front() == '\n') bytes.remove_prefix(1);
  while (!line.empty() && static_cast<std::uint8_t>(line.back()) <= ' ') line.remove_suffix(1);
  return line;
}

std::optional<PublicKey> from_text(std::string_view text, std::string_view comment) {
  const std::optional<std::string> blob = from_base64(text);
  if (!blob) return std::nullopt;
  KeyProblem problem = KeyProblem::none;
  std::optional<PublicKey> key = key_from_blob(*blob, problem);
  if (key) key->comment = std::string(comment);
  return key;
}

// The value of `NAME: value`, or nothing.
std::optional<std::string_view> field(std::string_view line, std::string_view name) {
  if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') return std::nullopt;
  line.remove_prefix(name.size() + 1);
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  return line;
}

// At most what no key needs; anything larger is no key.
constexpr std::size_t kMaxText = 65536;

}  // namespace

std::optional<PublicKey> key_from_rfc4716(std::string_view bytes) {
  const std::size_t begin = bytes.find(kRfc4716Begin);
  if (begin == std::string_view::npos) return std::nullopt;
  bytes.remove_prefix(begin + kRfc4716Begin.size());
  std::string body;
  std::string_view comment;
  bool in_header = false;
  while (!bytes.empty() && body.size() < kMaxText) {
    const std::string_view line = next_line(bytes);
    if (line.starts_with("---- END")) return from_text(body, comment);
    const bool header = in_header || line.find(':') != std::string_view::npos;
    in_header = header && line.ends_with('\\');
    if (const auto value = field(line, "Comment")) {
      comment = *value;
      if (comment.size() >= 2 && comment.front() == '"' && comment.back() == '"') {
        comment = comment.substr(1, comment.size() - 2);
      }
    }
    if (!header) body += line;
  }
  return std::nullopt;
}

std::optional<PpkFile> read_ppk(std::string_view bytes) {
  if (!bytes.starts_with(kPpkMark)) return std::nullopt;
  PpkFile file;
  const char digit = bytes.size() > kPpkMark.size() ? bytes[kPpkMark.size()] : '0';
  file.version = digit >= '1' && digit <= '3' ? digit - '0' : 0;
  std::string_view comment;
  std::string body;
  int wanted = 0;
  while (!bytes.empty() && body.size() < kMaxText) {
    const std::string_view line = next_line(bytes);
    if (wanted > 0) {
      body += line;
      if (--wanted == 0) break;
    } else if (const auto cipher = field(line, "Encryption")) {
      file.encrypted = *cipher != "none";
    } else if (const auto text = field(line, "Comment")) {
      comment = *text;
    } else if (const auto count = field(line, "Public-Lines")) {
      for (const char c : count->substr(0, 4)) {
        if (c >= '0' && c <= '9') wanted = wanted * 10 + (c - '0');
      }
    }
  }
  if (wanted == 0) file.key = from_text(body, comment);
  return file;
}

}  // namespace reentry
