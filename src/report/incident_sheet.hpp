// A document of headings, paragraphs, items and quotations: what an incident record is written into.
#pragma once

#include <string>
#include <string_view>

namespace reentry {

class Sheet {
 public:
  virtual ~Sheet() = default;
  virtual void heading(int level, std::string_view text) = 0;
  virtual void paragraph(std::string_view text) = 0;
  virtual void item(std::string_view text) = 0;
  // Lines as they are: bytes of the target (made safe by shown()), diffs, commands.
  virtual void lines(std::string_view text) = 0;
  [[nodiscard]] virtual std::string take() = 0;
};

class MarkdownSheet final : public Sheet {
 public:
  void heading(int level, std::string_view text) override;
  void paragraph(std::string_view text) override;
  void item(std::string_view text) override;
  void lines(std::string_view text) override;
  [[nodiscard]] std::string take() override;

 private:
  void part();
  std::string out_;
  bool in_list_ = false;
};

class HtmlSheet final : public Sheet {
 public:
  // `title` is also that of the page; `language` as in `lang=`.
  HtmlSheet(std::string_view title, std::string_view language);
  void heading(int level, std::string_view text) override;
  void paragraph(std::string_view text) override;
  void item(std::string_view text) override;
  void lines(std::string_view text) override;
  [[nodiscard]] std::string take() override;

 private:
  void end_list();
  std::string out_;
  bool in_list_ = false;
};

}  // namespace reentry
