// SQLite databases of the target, read by SQLite itself from bytes that somebody else reads: no file is
// opened, locked or written. The bytes may be anybody's: https://www.sqlite.org/security.html, "untrusted
// SQLite database files".
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/known.hpp"

namespace reentry {

// A number, or text or a blob; nothing for NULL.
using DatabaseValue = std::variant<std::monostate, std::int64_t, std::string>;
using DatabaseRow = std::vector<DatabaseValue>;
[[nodiscard]] std::int64_t number_of(const DatabaseValue& value);  // 0 where it is none
[[nodiscard]] std::string text_of(const DatabaseValue& value);     // empty where it is none

// Where the bytes come from: `read` gives those at an offset, fewer at the end.
struct DatabaseSource {
  std::uint64_t size = 0;
  std::function<Known<std::string>(std::uint64_t offset, std::size_t length)> read;
};
// Bytes in memory, which must stay where they are.
[[nodiscard]] DatabaseSource source_of(std::string_view bytes);

// The rows that a SELECT of ours gives, its `?` being `arguments`. What a write-ahead log or a journal beside
// the file holds is not seen. Missing: malformed where SQLite says so, where the database makes it work for
// longer than some seconds, or where there are more than a million rows; the detail is SQLite's own.
// unreadable: as `read` says.
[[nodiscard]] Known<std::vector<DatabaseRow>> query(const DatabaseSource& source, const std::string& select,
                                                    const std::vector<DatabaseValue>& arguments = {});
// Whether there is such a table.
[[nodiscard]] Known<bool> has_table(const DatabaseSource& source, const std::string& name);

// The bytes of the database after one statement of ours. What is deleted is overwritten with zeros. Missing:
// malformed.
[[nodiscard]] Known<std::string> after_statement(std::string_view bytes, const std::string& statement,
                                                 const std::vector<DatabaseValue>& arguments);

}  // namespace reentry
