// What a dead line of authorized_keys was meant to be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "facts/authorized_keys.hpp"

namespace reentry {

// What sshd makes of one line, up to its first NUL byte: kind, key, options, error; for a dead line the
// damage and, where it can be told, the key. `text` has no line end (a CR at its end may stand there).
[[nodiscard]] AuthorizedLine judge_key_line(std::string_view text, const SshBuild& build);

// Where further keys begin in a line (their type words), besides the first: keys that were glued on.
[[nodiscard]] std::vector<std::size_t> further_keys(std::string_view line);

// True if the whole line could be a piece out of the middle or end of a key's base64.
[[nodiscard]] bool is_base64_piece(std::string_view line);

// UTF-16 with a byte order mark, or the zero bytes of it without one.
[[nodiscard]] bool is_utf16(std::string_view bytes);
// As UTF-8; what is not ASCII becomes `?`.
[[nodiscard]] std::string from_utf16(std::string_view bytes);

// A whole file in the encoding that sshd reads: UTF-16 turned into ASCII, a byte order mark dropped, CR line
// ends made LF. All else stays as it is.
[[nodiscard]] std::string readable_text(std::string_view bytes);

}  // namespace reentry
