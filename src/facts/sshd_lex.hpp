// How sshd cuts its configuration into lines and words. Two tokenisers: up to 8.6 repeated strdelim(),
// from 8.7 on argv_split(). Sources: OpenSSH misc.c (strdelim_internal, argv_split), servconf.c
// (load_server_config, process_server_config_line_depth).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/ssh_build.hpp"

namespace reentry {

// One line as sshd processes it: blanks cut off at both ends. `number` counts the file's own lines from 1.
struct SshdTextLine {
  std::size_t number = 0;
  std::string_view text;
};

// Walks over the lines of a file; comment lines and empty lines are passed over.
class SshdLines {
 public:
  // `bytes` must outlive the walk. Up to 8.6 every line ends at its first `#`.
  SshdLines(std::string_view bytes, const SshBuild& build);
  SshdLines(const SshdLines&) = delete;
  SshdLines& operator=(const SshdLines&) = delete;
  // Nothing at the end of the file.
  [[nodiscard]] std::optional<SshdTextLine> next();

 private:
  std::string joined_;  // only of files with NUL bytes: sshd loses the rest of such a line and its newline
  std::vector<std::size_t> numbers_;  // of the lines of `joined_`
  std::string_view rest_;
  std::size_t number_ = 0;
  bool ended_ = false;
  bool cut_comments_;
};

// misc.c:strdelim: takes word after word from the front of a text.
class WordCutter {
 public:
  explicit WordCutter(std::optional<std::string_view> text) : rest_(text) {}
  // Nothing at the end and behind a quote that is never closed. `split_equals`: one `=` separates too.
  [[nodiscard]] std::optional<std::string> next(bool split_equals = true);
  // What has not been cut yet; nothing once the last word was taken.
  [[nodiscard]] std::optional<std::string_view> rest() const { return rest_; }

 private:
  std::optional<std::string_view> rest_;
};

// misc.c:argv_split with comments. Nothing when a quote is never closed.
[[nodiscard]] std::optional<std::vector<std::string>> split_arguments(std::string_view text);

// The arguments of one line, by the tokeniser of the version.
class SshdArgumentWords {
 public:
  // `rest` is what follows the keyword.
  SshdArgumentWords(std::optional<std::string_view> rest, const SshBuild& build);
  [[nodiscard]] bool quotes_are_balanced() const { return balanced_; }
  // Nothing when there is no more.
  [[nodiscard]] std::optional<std::string> next();
  // Up to 8.6 SetEnv is cut at blanks only.
  [[nodiscard]] std::optional<std::string> next_by_blanks();
  // Whether sshd finds something left over at the end of its work on the line; takes it.
  [[nodiscard]] std::optional<std::string> left_over();
  // 8.7+: how many words are left; up to 8.6 whether any text is.
  [[nodiscard]] std::size_t remaining() const;
  // The next word without taking it (8.7+), the text that is left (up to 8.6).
  [[nodiscard]] std::string_view peek() const;
  void take_all();

 private:
  bool split_;
  bool balanced_ = true;
  std::vector<std::string> words_;
  std::size_t next_ = 0;
  WordCutter cutter_;
};

}  // namespace reentry
