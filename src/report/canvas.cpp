#include "report/canvas.hpp"

#include <array>
#include <utility>
#include <vector>

#include "base/shown.hpp"
#include "report/wrap.hpp"

namespace reentry {
namespace {

std::string_view code_of(Ink ink) {
  switch (ink) {
    case Ink::bold: return "1";
    case Ink::good: return "32";
    case Ink::bad: return "1;31";
    case Ink::unsure: return "33";
    case Ink::faint: return "2";
    case Ink::plain: return "";
  }
  return "";
}

}  // namespace

std::string Canvas::inked(std::string_view text, Ink ink) const {
  const std::string_view code = code_of(ink);
  if (!color_ || code.empty()) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

void Canvas::paragraph(const Text& text, std::size_t indent, std::string_view head, std::size_t head_columns,
                       Ink ink) {
  paragraph(std::string_view(in(text)), indent, head, head_columns, ink);
}

void Canvas::paragraph(std::string_view text, std::size_t indent, std::string_view head,
                       std::size_t head_columns, Ink ink) {
  const std::size_t margin = indent + head_columns;
  const std::size_t room = width_ > margin + 20 ? width_ - margin : 20;
  bool first = true;
  for (const std::string& one : wrapped(text, room)) {
    if (first) {
      out_.append(indent, ' ').append(head);
    } else {
      out_.append(one.empty() ? 0 : margin, ' ');
    }
    out_ += inked(one, ink);
    out_ += '\n';
    first = false;
  }
}

void Canvas::line(std::string_view text, std::size_t indent) {
  out_.append(indent, ' ').append(text) += '\n';
}

void Canvas::quote(std::string_view text, std::size_t indent) {
  const std::size_t room = width_ > indent + 22 ? width_ - indent - 2 : 20;
  line(inked("| ", Ink::faint) + cut_to(shown(text, 4 * room), room), indent);
}

std::string Canvas::take() {
  if (utf8_) return std::exchange(out_, {});
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kSigns = {
      {{"…", "..."}, {"’", "'"}, {"–", "-"}, {"—", "-"}, {"→", "->"}, {"×", "x"}}};
  std::string plain = std::exchange(out_, {});
  for (const auto& sign : kSigns) {
    for (std::size_t at = plain.find(sign.first); at != std::string::npos; at = plain.find(sign.first, at))
      plain.replace(at, sign.first.size(), sign.second);
  }
  return plain;
}

}  // namespace reentry
