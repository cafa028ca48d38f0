// Where the terminal renderers write: lines, indents, colours and signs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/text.hpp"

namespace reentry {

enum class Ink { plain, bold, good, bad, unsure, faint };

class Canvas {
 public:
  Canvas(Language language, bool color, bool utf8, std::size_t width)
      : language_(language), color_(color), utf8_(utf8), width_(width) {}

  [[nodiscard]] std::string inked(std::string_view text, Ink ink) const;
  // Words wrapped, the first line behind `head` (which may be coloured: `head_columns` are its columns), the
  // others below it.
  void paragraph(const Text& text, std::size_t indent, std::string_view head = {},
                 std::size_t head_columns = 0, Ink ink = Ink::plain);
  void paragraph(std::string_view text, std::size_t indent, std::string_view head = {},
                 std::size_t head_columns = 0, Ink ink = Ink::plain);
  // One line as it is, never wrapped: commands.
  void line(std::string_view text, std::size_t indent = 0);
  // Bytes from the target, cut to the width.
  void quote(std::string_view text, std::size_t indent);
  void blank() { out_ += '\n'; }

  [[nodiscard]] const std::string& in(const Text& text) const { return text.in(language_); }
  [[nodiscard]] bool utf8() const { return utf8_; }
  // The one of two signs that this output can show.
  [[nodiscard]] std::string_view sign(std::string_view utf8, std::string_view ascii) const {
    return utf8_ ? utf8 : ascii;
  }
  [[nodiscard]] std::size_t width() const { return width_; }
  // The whole output. Without UTF-8 the signs and quotation marks of our own words become ASCII.
  [[nodiscard]] std::string take();

 private:
  Language language_;
  bool color_;
  bool utf8_;
  std::size_t width_;
  std::string out_;
};

}  // namespace reentry
