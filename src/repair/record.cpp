#include "repair/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "base/digest.hpp"

namespace reentry {
namespace {

constexpr std::size_t kCheckLength = 8;

std::string check_of(std::string_view text) {
  return hex(sha256(text)).substr(0, kCheckLength);
}

std::string escape(std::string_view word) {
  if (word.empty()) return "%";
  std::string out;
  for (const char c : word) {
    if (c > ' ' && c <= '~' && c != '%') {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> unescape(std::string_view word) {
  std::string out;
  if (word == "%") return out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '%') {
      out += word[i];
      continue;
    }
    if (i + 2 >= word.size()) return std::nullopt;
    const int high = digit_of(word[i + 1]);
    const int low = digit_of(word[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::optional<Record> parse_line(std::string_view line) {
  if (line.size() <= kCheckLength || line[kCheckLength] != ' ') return std::nullopt;
  const std::string_view body = line.substr(kCheckLength + 1);
  if (check_of(body) != line.substr(0, kCheckLength)) return std::nullopt;
  Record record;
  std::size_t begin = 0;
  while (begin <= body.size()) {
    const std::size_t end = std::min(body.find(' ', begin), body.size());
    std::optional<std::string> word = unescape(body.substr(begin, end - begin));
    if (!word) return std::nullopt;
    record.push_back(std::move(*word));
    begin = end + 1;
  }
  return record;
}

}  // namespace

std::string encode(const Record& record) {
  std::string body;
  for (const std::string& word : record) {
    if (!body.empty()) body += ' ';
    body += escape(word);
  }
  return check_of(body) + ' ' + body + '\n';
}

Records decode(std::string_view text) {
  Records out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out.torn = end == std::string_view::npos;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(out.torn ? text.size() : end + 1);
    if (line.empty()) continue;
    std::optional<Record> record = parse_line(line);
    if (record) {
      out.records.push_back(std::move(*record));
    } else {
      ++out.damaged;
    }
  }
  return out;
}

std::optional<std::int64_t> number_of(std::string_view word) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

}  // namespace reentry
