#include "facts/authorized_keys.hpp"

#include <algorithm>
#include <utility>

#include "base/digest.hpp"
#include "facts/foreign_key.hpp"
#include "facts/key_damage.hpp"
#include "facts/private_key.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMaxLines = 100000;
// A key of 16384 bits, base64 in lines of 16 characters, is shorter than this.
constexpr std::size_t kMaxPieces = 256;
constexpr std::size_t kMaxBlock = 1024;
// Bytes that the search for what a line was meant to be may read again, for the whole file.
constexpr std::size_t kRecoveryBudget = std::size_t{1} << 20U;

// The lines of a file, one after the other, with what was found so far.
class LineReader {
 public:
  LineReader(std::string_view bytes, const SshBuild& build) : build_(build) {
    while (!bytes.empty() && lines_.size() < kMaxLines) {
      const std::size_t end = std::min(bytes.find('\n'), bytes.size());
      lines_.push_back(bytes.substr(0, end));
      bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
  }

  AuthorizedKeys read();

 private:
  void put(AuthorizedLine line, std::size_t first, std::size_t last);
  std::size_t block_end(std::size_t first, std::string_view mark) const;
  bool read_block(std::size_t& at);
  bool read_wrapped(std::size_t& at, const AuthorizedLine& start);
  bool read_glued(std::size_t at, const AuthorizedLine& whole);
  bool read_carriage_returns(std::size_t at);
  bool spend(std::size_t bytes) {
    if (spent_ + bytes > kRecoveryBudget) return false;
    spent_ += bytes;
    return true;
  }

  const SshBuild& build_;
  std::vector<std::string_view> lines_;
  AuthorizedKeys out_;
  std::size_t spent_ = 0;
};

std::string_view without_cr(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string line_of_key(const PublicKey& key) {
  std::string out = key.type + ' ' + base64(key.blob);
  if (!key.comment.empty()) out += ' ' + key.comment;
  return out;
}

void LineReader::put(AuthorizedLine line, std::size_t first, std::size_t last) {
  line.number = first + 1;
  line.last_number = last + 1;
  if (line.text.empty()) {
    for (std::size_t i = first; i <= last; ++i) {
      if (i > first) line.text += '\n';
      line.text += without_cr(lines_[i]);
    }
  }
  out_.lines.push_back(std::move(line));
}

// The line that closes a pasted block: the first with `mark`, or the last before something that sshd would
// read.
std::size_t LineReader::block_end(std::size_t first, std::string_view mark) const {
  std::size_t last = first;
  for (std::size_t i = first + 1; i < lines_.size() && i - first < kMaxBlock; ++i) {
    const AuthorizedLine line = judge_key_line(lines_[i], build_);
    if (line.kind == KeyLineKind::key || line.kind == KeyLineKind::comment) break;
    last = i;
    if (lines_[i].find(mark) != std::string_view::npos) break;
  }
  return last;
}

// A private key, a .ppk, an RFC 4716 block or another PEM block, pasted whole.
bool LineReader::read_block(std::size_t& at) {
  const std::string_view line = lines_[at];
  AuthorizedLine block;
  std::string_view mark = "-----END ";
  if (line.find(kRfc4716Begin) != std::string_view::npos) {
    block.damage = LineDamage::rfc4716;
    mark = "---- END";
  } else if (line.starts_with(kPpkMark)) {
    block.damage = LineDamage::putty_key;
    mark = "Private-MAC:";
  } else if (line.find("-----BEGIN ") != std::string_view::npos) {
    const bool secret = line.find("PRIVATE KEY-----") != std::string_view::npos;
    block.damage = secret ? LineDamage::private_key : LineDamage::pem;
  } else {
    return false;
  }
  block.kind = KeyLineKind::damaged;
  const std::size_t last = block_end(at, mark);
  std::string text;
  for (std::size_t i = at; i <= last; ++i) {
    text += without_cr(lines_[i]);
    text += '\n';
  }
  if (spend(text.size())) {
    const std::size_t begin = std::min(text.find("-----BEGIN"), text.size());
    block.recovered = block.damage == LineDamage::rfc4716 || block.damage == LineDamage::putty_key
                          ? judge_private_key(text).key
                          : judge_private_key(std::string_view(text).substr(begin)).key;
  }
  if (block.recovered) block.mended = line_of_key(*block.recovered);
  if (out_.whole == LineDamage::none && block.damage != LineDamage::pem) out_.whole = block.damage;
  put(std::move(block), at, last);
  at = last;
  return true;
}

// A key whose base64 an editor or a terminal broke into several lines.
bool LineReader::read_wrapped(std::size_t& at, const AuthorizedLine& start) {
  if (start.damage != LineDamage::truncated && start.damage != LineDamage::bad_base64 &&
      start.damage != LineDamage::missing_data && start.damage != LineDamage::bad_key) {
    return false;
  }
  std::string joined(without_cr(lines_[at]));
  for (std::size_t i = at + 1; i < lines_.size() && i - at < kMaxPieces; ++i) {
    std::string_view piece = without_cr(lines_[i]);
    const std::string_view word = piece.substr(0, piece.find_first_of(" \t"));
    if (!is_base64_piece(word)) return false;
    const bool type_alone = i == at + 1 && start.damage == LineDamage::missing_data;
    if (type_alone) joined += ' ';
    joined += piece;
    if (!spend(joined.size())) return false;
    AuthorizedLine whole = judge_key_line(joined, build_);
    if (whole.key || whole.recovered) {
      AuthorizedLine line;
      line.kind = KeyLineKind::damaged;
      line.damage = LineDamage::wrapped;
      line.mended = whole.key ? joined : whole.mended;
      line.recovered = whole.key ? std::move(whole.key) : std::move(whole.recovered);
      put(std::move(line), at, i);
      at = i;
      return true;
    }
    if (word.size() != piece.size()) return false;
  }
  return false;
}

// Two keys in one line: the second is a comment for sshd, or spoils the first.
bool LineReader::read_glued(std::size_t at, const AuthorizedLine& whole) {
  const std::string_view line = without_cr(lines_[at]);
  const std::vector<std::size_t> starts = further_keys(line);
  if (starts.empty() || !spend(line.size())) return false;
  std::vector<AuthorizedLine> found;
  std::string apart;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= starts.size(); ++i) {
    const std::size_t end = i < starts.size() ? starts[i] : line.size();
    const std::string_view piece = line.substr(begin, end - begin);
    AuthorizedLine part = judge_key_line(piece, build_);
    if (!apart.empty()) apart += '\n';
    apart += piece;
    begin = end;
    if (i == 0 && whole.key) {
      found.push_back(whole);
    } else if (part.key) {
      part.kind = KeyLineKind::damaged;
      part.damage = LineDamage::glued;
      part.recovered = std::move(part.key);
      part.key.reset();
      found.push_back(std::move(part));
    }
  }
  if (found.size() < 2) return false;
  for (AuthorizedLine& part : found) {
    if (part.kind == KeyLineKind::damaged) part.mended = apart;
    put(std::move(part), at, at);
  }
  return true;
}

// Lines that end in CR only are one line for sshd: at best its first key is read.
bool LineReader::read_carriage_returns(std::size_t at) {
  std::string_view rest = without_cr(lines_[at]);
  if (rest.find('\r') == std::string_view::npos || !spend(rest.size())) return false;
  const AuthorizedLine whole = judge_key_line(rest, build_);
  bool first = true;
  std::vector<AuthorizedLine> found;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\r'), rest.size());
    AuthorizedLine part = judge_key_line(rest.substr(0, end), build_);
    part.text = std::string(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!part.key) continue;
    if (!(first && whole.key)) {
      part.kind = KeyLineKind::damaged;
      part.damage = LineDamage::carriage_returns;
      part.recovered = std::move(part.key);
      part.key.reset();
    }
    first = false;
    found.push_back(std::move(part));
  }
  if (found.empty()) return false;
  for (AuthorizedLine& part : found) {
    if (part.damage != LineDamage::none) out_.whole = LineDamage::carriage_returns;
    put(std::move(part), at, at);
  }
  return true;
}

AuthorizedKeys LineReader::read() {
  for (std::size_t at = 0; at < lines_.size(); ++at) {
    if (read_block(at) || read_carriage_returns(at)) continue;
    AuthorizedLine line = judge_key_line(lines_[at], build_);
    if (line.kind == KeyLineKind::damaged && read_wrapped(at, line)) continue;
    if ((line.kind == KeyLineKind::key || line.kind == KeyLineKind::damaged) && read_glued(at, line))
      continue;
    if (line.damage == LineDamage::byte_order_mark && at == 0) out_.whole = LineDamage::byte_order_mark;
    put(std::move(line), at, at);
  }
  return std::move(out_);
}

// Nothing in a UTF-16 file is a key for sshd; what it was meant to say is kept.
AuthorizedKeys read_utf16(std::string_view bytes, const SshBuild& build) {
  const std::string text = from_utf16(bytes);
  AuthorizedKeys out = LineReader(text, build).read();
  for (AuthorizedLine& line : out.lines) {
    if (line.kind == KeyLineKind::blank || line.kind == KeyLineKind::comment) continue;
    line.kind = KeyLineKind::damaged;
    line.damage = LineDamage::utf16;
    if (line.key) line.recovered = std::move(line.key);
    line.key.reset();
    line.options = {};
  }
  out.whole = LineDamage::utf16;
  return out;
}

}  // namespace

bool AuthorizedKeys::has_key() const {
  return std::any_of(lines.begin(), lines.end(),
                     [](const AuthorizedLine& line) { return line.kind == KeyLineKind::key; });
}

AuthorizedKeys parse_authorized_keys(std::string_view bytes, const SshBuild& build) {
  if (is_utf16(bytes)) return read_utf16(bytes, build);
  return LineReader(bytes, build).read();
}

}  // namespace reentry
