// Bytes from a target made safe to show: a hostile file can't move the cursor, colour the screen or break a
// report's UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reentry {

// `bytes` as valid UTF-8 on one line. Control characters and bytes that are not UTF-8 become `\ooo` (octal,
// as sshd's own vis(3) writes them), invisible or bidirectional format characters (BOM, NBSP, zero-width,
// right-to-left marks) become `\u{XXXX}`. Cut after `limit` bytes of output with `…`; 0 means no limit.
[[nodiscard]] std::string shown(std::string_view bytes, std::size_t limit = 200);

// Columns that `utf8` takes on a terminal: East Asian wide characters two, combining none.
[[nodiscard]] std::size_t columns(std::string_view utf8);

}  // namespace reentry
