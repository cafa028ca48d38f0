#include "facts/key_damage.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/digest.hpp"
#include "facts/foreign_key.hpp"
#include "facts/wire.hpp"

namespace reentry {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::array<std::string_view, 9> kInvisible = {"\xC2\xA0",     "\xE3\x80\x80", "\xE2\x80\x8B",
                                                        "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x80\xAF",
                                                        "\xE2\x81\xA0", "\xC2\xAD",     "\xEF\xBB\xBF"};
constexpr std::array<std::string_view, 10> kTypographicQuotes = {
    "\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9A", "\xE2\x80\x9B", "\xE2\x80\x9C",
    "\xE2\x80\x9D", "\xE2\x80\x9E", "\xE2\x80\x9F", "\xEF\xBC\x82", "\xEF\xBC\x87"};
constexpr std::array<std::string_view, 7> kTypeStarts = {
    "sk-ssh-ed25519", "sk-ecdsa-sha2-nistp", "ssh-rsa",  "ssh-ed25519",
    "ssh-dss",        "ecdsa-sha2-nistp",    "rsa-sha2-"};
// How every key's base64 begins: the length of the type word, which is below 256.
constexpr std::string_view kDataStart = "AAAA";

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
         c == '=';
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (is_blank(text.front()) || text.front() == '\r')) text.remove_prefix(1);
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

template <std::size_t N>
bool has_any(std::string_view text, const std::array<std::string_view, N>& marks) {
  return std::any_of(marks.begin(), marks.end(),
                     [text](std::string_view mark) { return text.find(mark) != std::string_view::npos; });
}

// sshkey.c:sshkey_advance_past_options. npos when a quote stays open.
std::size_t end_of_options(std::string_view text) {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size() && (quoted || !is_blank(text[i])); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '"') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    }
  }
  return i >= text.size() && quoted ? std::string_view::npos : std::min(i, text.size());
}

// The base64 of a key somewhere in a line, and what it holds.
struct Data {
  std::size_t at = std::string_view::npos;
  std::size_t size = 0;
  std::optional<PublicKey> key;
  std::string start;  // the data as far as it can be decoded
  std::string type;   // the type word inside, even when the key is cut short
  KeyProblem problem = KeyProblem::none;
};

// Decodes what there is of a base64 text that may be cut anywhere.
std::string decoded_start(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  return from_base64(text.substr(0, text.size() / 4 * 4)).value_or("");
}

Data data_at(std::string_view line, std::size_t at) {
  Data data;
  data.at = at;
  while (at + data.size < line.size() && is_base64(line[at + data.size])) ++data.size;
  const std::string_view text = line.substr(at, data.size);
  if (const auto blob = from_base64(text)) {
    data.key = key_from_blob(*blob, data.problem);
  } else {
    data.problem = KeyProblem::bad_base64;
  }
  data.start = decoded_start(text);
  WireReader reader(data.start);
  const std::string_view type = reader.string();
  if (reader.ok() && is_key_type(type)) data.type = std::string(type);
  return data;
}

// The first base64 text of the line that begins as a key does.
std::optional<Data> find_data(std::string_view line) {
  std::size_t at = line.find(kDataStart);
  // A few starts are enough: `AAAA` is rare in options and comments.
  for (int tries = 0; at != std::string_view::npos && tries < 8; ++tries) {
    Data data = data_at(line, at);
    if (!data.type.empty()) return data;
    at = line.find(kDataStart, at + std::max<std::size_t>(data.size, 1));
  }
  return std::nullopt;
}

std::string_view last_word(std::string_view text) {
  text = trim(text);
  const std::size_t blank = text.find_last_of(" \t");
  return blank == std::string_view::npos ? text : text.substr(blank + 1);
}

LineDamage damage_of_foreign(std::string_view line) {
  if (line.find("PRIVATE KEY-----") != std::string_view::npos ||
      line.find("SSH2 ENCRYPTED PRIVATE KEY") != std::string_view::npos) {
    return LineDamage::private_key;
  }
  if (line.find(kPpkMark) != std::string_view::npos) return LineDamage::putty_key;
  if (line.find("SSH2 PUBLIC KEY ----") != std::string_view::npos) return LineDamage::rfc4716;
  if (line.find("-----BEGIN ") != std::string_view::npos ||
      line.find("-----END ") != std::string_view::npos) {
    return LineDamage::pem;
  }
  return LineDamage::none;
}

// What stands before the base64 tells why sshd does not see the key.
LineDamage damage_before(std::string_view line, const Data& data, const SshBuild& build) {
  const std::string_view before = line.substr(0, data.at);
  if (line.starts_with(kByteOrderMark)) return LineDamage::byte_order_mark;
  if (has_any(before, kTypographicQuotes)) return LineDamage::smart_quotes;
  if (has_any(before, kInvisible)) return LineDamage::invisible_space;
  const char first = line.front();
  if (line.size() > 1 && (first == '"' || first == '\'') &&
      (trim(line).back() == first || before.substr(1).find(first) == std::string_view::npos)) {
    return LineDamage::quoted_line;
  }
  if (end_of_options(line) == std::string_view::npos) return LineDamage::unterminated_quote;
  const std::string_view word = last_word(before);
  std::string error;
  if (word.empty() || parse_key_options(word, build, error)) return LineDamage::missing_type;
  if (word != data.type) return LineDamage::wrong_type;
  return before.size() > word.size() + 1 ? LineDamage::blank_in_options : LineDamage::none;
}

LineDamage damage_of_data(std::string_view line, const Data& data) {
  const std::string_view text = line.substr(data.at, data.size);
  if (data.problem == KeyProblem::truncated) return LineDamage::truncated;
  if (data.problem == KeyProblem::bad_base64) {
    const bool at_end = trim(line.substr(data.at + data.size)).empty() || is_blank(line[data.at + data.size]);
    // A cut leaves a group of one to three characters; a wrong character stands in the middle.
    return at_end && text.find('=') == std::string_view::npos ? LineDamage::truncated
                                                              : LineDamage::bad_base64;
  }
  return LineDamage::bad_key;
}

std::string with_each_replaced(std::string_view text, std::string_view mark, std::string_view with) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t found = text.find(mark); found != std::string_view::npos; found = text.find(mark, at)) {
    out += text.substr(at, found - at);
    out += with;
    at = found + mark.size();
  }
  out += text.substr(at);
  return out;
}

std::string with_plain_quotes(std::string_view text) {
  std::string out(text);
  for (const std::string_view mark : kTypographicQuotes) out = with_each_replaced(out, mark, "\"");
  return out;
}

std::string with_plain_blanks(std::string_view text) {
  std::string out(text);
  for (const std::string_view mark : kInvisible) {
    const bool wide = mark == "\xC2\xA0" || mark == "\xE3\x80\x80" || mark == "\xE2\x80\xAF";
    out = with_each_replaced(out, mark, wide ? " " : "");
  }
  return out;
}

std::string without_outer_quotes(std::string_view text) {
  text = trim(text);
  const char quote = text.front();
  text.remove_prefix(1);
  if (!text.empty() && text.back() == quote) text.remove_suffix(1);
  return std::string(text);
}

// The options before the type word without the blanks outside quotes.
std::string without_blanks_in_options(std::string_view text, std::size_t type_at) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < type_at; ++i) {
    if (text[i] == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
    if (quoted || !is_blank(text[i])) out += text[i];
  }
  return out + ' ' + std::string(text.substr(type_at));
}

bool read_as_sshd(std::string_view text, const SshBuild& build, AuthorizedLine& line);

// A mended text counts only if sshd then reads the very key that was recovered.
void keep_if_right(std::string candidate, const SshBuild& build, AuthorizedLine& line) {
  AuthorizedLine probe;
  const bool right =
      read_as_sshd(candidate, build, probe) && line.recovered && probe.key->blob == line.recovered->blob;
  if (right) line.mended = std::move(candidate);
}

// The line as it was meant, options included.
void mend(std::string_view text, const Data& data, const SshBuild& build, AuthorizedLine& line) {
  const std::string_view before = text.substr(0, data.at);
  const std::string behind(text.substr(data.at));
  const std::string_view word = last_word(before);
  const std::size_t word_at = word.empty() ? data.at : static_cast<std::size_t>(word.data() - text.data());
  switch (line.damage) {
    case LineDamage::missing_type:
      return keep_if_right(std::string(before) + data.type + ' ' + behind, build, line);
    case LineDamage::wrong_type:
      return keep_if_right(std::string(text.substr(0, word_at)) + data.type + ' ' + behind, build, line);
    case LineDamage::byte_order_mark: return keep_if_right(std::string(text.substr(3)), build, line);
    case LineDamage::quoted_line: return keep_if_right(without_outer_quotes(text), build, line);
    case LineDamage::smart_quotes: {
      const std::string plain = with_plain_quotes(text);
      keep_if_right(plain, build, line);
      if (line.mended.empty() && plain.front() == '"')
        keep_if_right(without_outer_quotes(plain), build, line);
      return;
    }
    case LineDamage::invisible_space: return keep_if_right(with_plain_blanks(text), build, line);
    case LineDamage::blank_in_options:
      return keep_if_right(without_blanks_in_options(text, word_at), build, line);
    default: return;
  }
}

// sshkey_read, then the options in front of it. False for a line that sshd passes over; where only its
// options are to blame, damage and recovered are set.
bool read_as_sshd(std::string_view text, const SshBuild& build, AuthorizedLine& line) {
  KeyProblem problem = KeyProblem::none;
  line.key = key_from_line(text, problem);
  if (line.key) return true;
  const std::size_t end = end_of_options(text);
  if (end == std::string_view::npos) {
    line.error = "invalid key option string";
    return false;
  }
  std::string_view rest = text.substr(end);
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
  line.key = key_from_line(rest, problem);
  if (!line.key) return false;
  std::optional<KeyOptions> options = parse_key_options(text, build, line.error);
  if (options) {
    line.options = std::move(*options);
    return true;
  }
  const bool typographic = has_any(text.substr(0, end), kTypographicQuotes);
  line.damage = typographic ? LineDamage::smart_quotes : LineDamage::bad_options;
  std::swap(line.recovered, line.key);
  if (typographic) keep_if_right(with_plain_quotes(text), build, line);
  return false;
}

void classify(std::string_view text, const SshBuild& build, AuthorizedLine& line) {
  const LineDamage foreign = damage_of_foreign(text);
  if (foreign != LineDamage::none) {
    line.damage = foreign;
    return;
  }
  std::optional<Data> data = find_data(text);
  if (!data) {
    const std::string_view word = last_word(text);
    const bool type_alone = is_key_type(word) && word.find('-') != std::string_view::npos;
    line.damage = type_alone ? LineDamage::missing_data : LineDamage::not_a_key;
    if (line.damage == LineDamage::not_a_key && end_of_options(text) == std::string_view::npos &&
        has_any(text, kTypeStarts)) {
      line.damage = LineDamage::unterminated_quote;
    }
    return;
  }
  line.recovered = std::move(data->key);
  if (!line.recovered) line.fragment = std::move(data->start);
  if (line.recovered) {
    line.recovered->comment = std::string(trim(text.substr(data->at + data->size)));
    line.damage = damage_before(text, *data, build);
    mend(text, *data, build, line);
  }
  if (line.damage == LineDamage::none) line.damage = damage_of_data(text, *data);
}

}  // namespace

AuthorizedLine judge_key_line(std::string_view text, const SshBuild& build) {
  AuthorizedLine line;
  text = text.substr(0, text.find('\0'));
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  if (text.empty() || text == "\r") return line;
  line.kind = KeyLineKind::comment;
  if (text.front() == '#' || (text.starts_with(kByteOrderMark) && text.substr(3).starts_with('#')))
    return line;
  line.kind = KeyLineKind::damaged;
  if (build.version_known && !build.at_least(7, 8) && text.size() + 1 >= 16384) {
    line.damage = LineDamage::too_long;
    return line;
  }
  if (read_as_sshd(text, build, line)) {
    line.kind = KeyLineKind::key;
  } else if (line.damage == LineDamage::none) {
    classify(text, build, line);
  }
  return line;
}

std::vector<std::size_t> further_keys(std::string_view line) {
  std::vector<std::size_t> out;
  const std::size_t first = line.find(kDataStart);
  if (first == std::string_view::npos) return out;
  std::size_t data = line.find(kDataStart, first + 1);
  for (; data != std::string_view::npos && out.size() < 16; data = line.find(kDataStart, data + 1)) {
    if (!is_blank(line[data - 1])) continue;
    // The type word may stick to the comment or to the data before it.
    const std::string_view word = last_word(line.substr(0, data));
    for (const std::string_view type : kTypeStarts) {
      const std::size_t at = word.rfind(type);
      if (at == std::string_view::npos || !is_key_type(word.substr(at))) continue;
      const auto start = static_cast<std::size_t>(word.data() - line.data()) + at;
      if (start > first && (out.empty() || start > out.back())) out.push_back(start);
      break;
    }
  }
  return out;
}

bool is_base64_piece(std::string_view line) {
  line = trim(line);
  return !line.empty() && std::all_of(line.begin(), line.end(), is_base64);
}

bool is_utf16(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return true;
  if (bytes.size() < 16) return false;
  const std::string_view start = bytes.substr(0, 64);
  const auto zeros = std::count(start.begin(), start.end(), '\0');
  return static_cast<std::size_t>(zeros) * 5 >= start.size() * 2 && (start[0] == '\0') != (start[1] == '\0');
}

std::string from_utf16(std::string_view bytes) {
  bool big = bytes.size() > 1 && bytes[0] == '\0';
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    big = bytes.front() == '\xFE';
    bytes.remove_prefix(2);
  }
  std::string out;
  out.reserve(bytes.size() / 2);
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const char high = bytes[i + (big ? 0 : 1)];
    const char low = bytes[i + (big ? 1 : 0)];
    const bool ascii = high == '\0' && static_cast<std::uint8_t>(low) < 0x80;
    out += ascii ? low : '?';
  }
  return out;
}

std::string readable_text(std::string_view bytes) {
  std::string out = is_utf16(bytes) ? from_utf16(bytes) : std::string(bytes);
  if (std::string_view(out).starts_with(kByteOrderMark)) out.erase(0, kByteOrderMark.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] == '\r' && (i + 1 >= out.size() || out[i + 1] != '\n')) out[i] = '\n';
  }
  return out;
}

}  // namespace reentry
