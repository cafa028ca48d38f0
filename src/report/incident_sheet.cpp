#include "report/incident_sheet.hpp"

#include <algorithm>
#include <utility>

#include "report/html.hpp"

namespace reentry {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

// What Markdown would take for markup in a sentence of ours with names of the target in it. Backticks are
// ours: they mark commands. An underline within a word means nothing, and stays readable.
std::string plain(std::string_view text) {
  std::string out;
  bool code = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '`') code = !code;
    const bool inner = i > 0 && i + 1 < text.size() && is_word(text[i - 1]) && is_word(text[i + 1]);
    const bool markup = std::string_view("\\*[<~").find(c) != std::string_view::npos ||
                        (c == '_' && !inner) ||
                        (i == 0 && std::string_view("#>-+=|").find(c) != std::string_view::npos);
    if (!code && markup) out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::size_t longest_run(std::string_view text, char of) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == of ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

}  // namespace

void MarkdownSheet::part() {
  if (!out_.empty()) out_ += '\n';
  in_list_ = false;
}

void MarkdownSheet::heading(int level, std::string_view text) {
  part();
  out_ += std::string(static_cast<std::size_t>(level), '#') + " " + plain(text) + "\n";
}

void MarkdownSheet::paragraph(std::string_view text) {
  part();
  out_ += plain(text) + "\n";
}

void MarkdownSheet::item(std::string_view text) {
  if (!in_list_) part();
  in_list_ = true;
  out_ += "- " + plain(text) + "\n";
}

void MarkdownSheet::lines(std::string_view text) {
  part();
  const std::string fence(std::max<std::size_t>(3, longest_run(text, '`') + 1), '`');
  out_ += fence + "\n" + std::string(text);
  if (!text.empty() && text.back() != '\n') out_ += '\n';
  out_ += fence + "\n";
}

std::string MarkdownSheet::take() {
  return std::exchange(out_, {});
}

HtmlSheet::HtmlSheet(std::string_view title, std::string_view language) : out_(html_head(title, language)) {}

void HtmlSheet::end_list() {
  if (in_list_) out_ += "</ul>\n";
  in_list_ = false;
}

void HtmlSheet::heading(int level, std::string_view text) {
  end_list();
  const std::string tag = "h" + std::to_string(level);
  out_ += "<" + tag + ">" + escaped(text) + "</" + tag + ">\n";
}

void HtmlSheet::paragraph(std::string_view text) {
  end_list();
  out_ += "<p>" + escaped(text) + "</p>\n";
}

void HtmlSheet::item(std::string_view text) {
  if (!in_list_) out_ += "<ul>\n";
  in_list_ = true;
  out_ += "<li>" + escaped(text) + "</li>\n";
}

void HtmlSheet::lines(std::string_view text) {
  end_list();
  out_ += "<pre>" + escaped(text) + "</pre>\n";
}

std::string HtmlSheet::take() {
  end_list();
  return std::exchange(out_, {}) + "</body>\n</html>\n";
}

}  // namespace reentry
