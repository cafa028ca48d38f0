// authorized_keys of any bytes: each line is judged, and has words in both languages.
#include "facts/authorized_keys.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  SshBuild build;
  build.version_known = true;
  const AuthorizedKeys keys = parse_authorized_keys(bytes, build);
  for (const AuthorizedLine& line : keys.lines) {
    const Text words = words_for(line);
    fuzz::must(words.en.empty() == words.ja.empty());
  }
}
