#include "report/wrap.hpp"

#include <utility>

#include "base/shown.hpp"

namespace reentry {
namespace {

// JIS X 4051: characters that may not begin a line, and those that may not end one.
constexpr std::string_view kNotFirst = "。、，．：；！？）」』】〉》〕｝ーっッゃゅょャュョァィゥェォ々…％";
constexpr std::string_view kNotLast = "（「『【〈《〔｛";

std::size_t length_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return at + length <= text.size() ? length : text.size() - at;
}

bool is_among(std::string_view character, std::string_view list) {
  return character.size() > 1 && list.find(character) != std::string_view::npos;
}

// Whether a line may end between two neighbours, neither of them a blank.
bool may_part(std::string_view left, std::string_view right) {
  if (is_among(right, kNotFirst) || is_among(left, kNotLast)) return false;
  return columns(left) == 2 || columns(right) == 2;
}

// The pieces of a line that can't be broken, with whether a blank stood in front.
struct Piece {
  std::string text;
  bool blank_before = false;
};

std::vector<Piece> pieces_of(std::string_view line) {
  std::vector<Piece> pieces;
  bool blank = false;
  std::string_view previous;
  for (std::size_t at = 0; at < line.size();) {
    const std::string_view character = line.substr(at, length_at(line, at));
    at += character.size();
    if (character == " ") {
      blank = true;
      previous = {};
      continue;
    }
    if (pieces.empty() || blank || (!previous.empty() && may_part(previous, character)))
      pieces.push_back({{}, blank});
    pieces.back().text += character;
    blank = false;
    previous = character;
  }
  return pieces;
}

void wrap_line(std::string_view line, std::size_t width, std::vector<std::string>& lines) {
  std::string current;
  std::size_t used = 0;
  for (Piece& piece : pieces_of(line)) {
    const std::size_t size = columns(piece.text);
    const std::size_t gap = piece.blank_before && used > 0 ? 1 : 0;
    if (used > 0 && used + gap + size > width) {
      lines.push_back(std::exchange(current, {}));
      used = 0;
    } else if (gap == 1) {
      current += ' ';
      ++used;
    }
    current += piece.text;
    used += size;
  }
  lines.push_back(std::move(current));
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    wrap_line(text.substr(0, end), width, lines);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::string cut_to(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string(text);
  std::string kept;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view character = text.substr(at, length_at(text, at));
    used += columns(character);
    if (used + 1 > width) break;
    kept += character;
    at += character.size();
  }
  return kept + "…";
}

}  // namespace reentry
