// The keywords of ssh_config: which words name the same setting, what each takes, and since which version.
// Sources: OpenSSH readconf.c (keywords[], process_config_line_depth), ssh_config(5); Debian's patches for
// its own words.
#pragma once

#include <cstdint>
#include <string_view>

#include "facts/ssh_build.hpp"

namespace reentry {

// What may follow the keyword.
enum class SshArgument : std::uint8_t {
  flag,        // yes, no, true or false
  word,        // one word
  words,       // one or more words; the first line counts with all of them
  command,     // the rest of the line as it stands
  pair,        // one or two words: RekeyLimit, IPQoS, RemoteForward
  forward,     // two words: LocalForward
  block,       // Host and Match
  include,     // file names
  deprecated,  // a warning at most
};

// Which of several lines counts.
enum class SshMerge : std::uint8_t {
  first,
  accumulate,     // every line, in order
  without_twins,  // every line, but what was there before is not added again
  last,           // the last line of all, also of blocks that do not apply: StreamLocalBindMask
};

struct SshKeyword {
  std::string_view word;  // in lower case, as `ssh -G` has it; aliases are resolved
  SshArgument argument = SshArgument::word;
  SshMerge merge = SshMerge::first;
  int major = 0;  // first version that knows it
  int minor = 0;
};

// `word` in any case; nullptr for what this ssh does not know. A version that is not known is taken for the
// newest.
[[nodiscard]] const SshKeyword* ssh_keyword(std::string_view word, const SshBuild& build);

// The one keyword that `word` can be a misspelling of, as manuals write it in lower case; empty if there is
// none or more than one.
[[nodiscard]] std::string_view near_ssh_keyword(std::string_view word, const SshBuild& build);

}  // namespace reentry
