#include "base/line_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/shown.hpp"

namespace reentry {
namespace {

using Lines = std::vector<std::string_view>;

// Above so many changed lines nobody reads the difference line by line; bounds time and memory.
constexpr std::ptrdiff_t kMaxChanges = 1500;

// One step of the way through both texts: keep a line, drop one of the old, or take one of the new.
enum class Move { keep, drop, take };

struct Middle {  // what differs between the common head and tail
  std::size_t head = 0;
  std::size_t old_end = 0;
  std::size_t new_end = 0;
};

Middle trim(const Lines& before, const Lines& after) {
  Middle middle{0, before.size(), after.size()};
  while (middle.head < middle.old_end && middle.head < middle.new_end &&
         before[middle.head] == after[middle.head]) {
    ++middle.head;
  }
  while (middle.old_end > middle.head && middle.new_end > middle.head &&
         before[middle.old_end - 1] == after[middle.new_end - 1]) {
    --middle.old_end;
    --middle.new_end;
  }
  return middle;
}

// Myers, An O(ND) Difference Algorithm (1986): furthest[k] after each round, to be walked back. Empty when
// more than kMaxChanges changes would be needed.
std::vector<std::vector<std::ptrdiff_t>> furthest_rounds(const Lines& a, const Lines& b) {
  const auto n = static_cast<std::ptrdiff_t>(a.size());
  const auto m = static_cast<std::ptrdiff_t>(b.size());
  const std::ptrdiff_t limit = std::min(n + m, kMaxChanges);
  std::vector<std::vector<std::ptrdiff_t>> rounds;
  // In round d, diagonals -d..d are stored at index k + d.
  for (std::ptrdiff_t d = 0; d <= limit; ++d) {
    std::vector<std::ptrdiff_t> round(static_cast<std::size_t>(2 * d + 1), -1);
    const auto previous = [&](std::ptrdiff_t k) -> std::ptrdiff_t {
      if (d == 0 || k < -(d - 1) || k > d - 1) return -1;
      return rounds.back()[static_cast<std::size_t>(k + d - 1)];
    };
    for (std::ptrdiff_t k = -d; k <= d; k += 2) {
      std::ptrdiff_t x = 0;
      if (d > 0) {
        const std::ptrdiff_t down = previous(k + 1);
        const std::ptrdiff_t right = previous(k - 1);
        x = k == -d || (k != d && right < down) ? down : right + 1;
      }
      while (x < n && x - k < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)]) ++x;
      round[static_cast<std::size_t>(k + d)] = x;
      if (x >= n && x - k >= m) {
        rounds.push_back(std::move(round));
        return rounds;
      }
    }
    rounds.push_back(std::move(round));
  }
  return {};
}

std::vector<Move> shortest_way(const Lines& a, const Lines& b) {
  const auto rounds = furthest_rounds(a, b);
  std::vector<Move> moves;
  if (rounds.empty()) {
    moves.assign(a.size(), Move::drop);
    moves.insert(moves.end(), b.size(), Move::take);
    return moves;
  }
  auto x = static_cast<std::ptrdiff_t>(a.size());
  auto y = static_cast<std::ptrdiff_t>(b.size());
  for (auto d = static_cast<std::ptrdiff_t>(rounds.size()) - 1; d > 0; --d) {
    const std::ptrdiff_t k = x - y;
    const auto& round = rounds[static_cast<std::size_t>(d - 1)];
    const auto at = [&round, d](std::ptrdiff_t diagonal) -> std::ptrdiff_t {
      if (diagonal < -(d - 1) || diagonal > d - 1) return -1;
      return round[static_cast<std::size_t>(diagonal + d - 1)];
    };
    const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
    const std::ptrdiff_t from_k = down ? k + 1 : k - 1;
    const std::ptrdiff_t from_x = at(from_k);
    const std::ptrdiff_t from_y = from_x - from_k;
    for (; x > from_x && y > from_y && (x != (down ? from_x : from_x + 1)); --x, --y) {
      moves.push_back(Move::keep);
    }
    moves.push_back(down ? Move::take : Move::drop);
    x = from_x;
    y = from_y;
  }
  for (; x > 0; --x) moves.push_back(Move::keep);
  std::reverse(moves.begin(), moves.end());
  return moves;
}

std::string diff_line(char sign, std::string_view line) {
  const bool ended = line.ends_with('\n');
  if (ended) line.remove_suffix(1);
  std::string out(1, sign);
  out += shown(line, 0);
  out += '\n';
  if (!ended) out += "\\ No newline at end of file\n";
  return out;
}

std::string range(std::size_t begin, std::size_t count) {
  const std::size_t first = count == 0 ? begin : begin + 1;
  return count == 1 ? fmt::format("{}", first) : fmt::format("{},{}", first, count);
}

bool overlap(const LineHunk& a, const LineHunk& b) {
  if (a.removed == 0 && b.removed == 0) return a.begin == b.begin;
  return a.begin < b.begin + b.removed && b.begin < a.begin + a.removed;
}

}  // namespace

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

std::vector<LineHunk> line_hunks(std::string_view before, std::string_view after) {
  const Lines old_lines = split_lines(before);
  const Lines new_lines = split_lines(after);
  const Middle middle = trim(old_lines, new_lines);
  const auto slice = [](const Lines& lines, std::size_t begin, std::size_t end) {
    return Lines(lines.begin() + static_cast<std::ptrdiff_t>(begin),
                 lines.begin() + static_cast<std::ptrdiff_t>(end));
  };
  const std::vector<Move> moves = shortest_way(slice(old_lines, middle.head, middle.old_end),
                                               slice(new_lines, middle.head, middle.new_end));
  std::vector<LineHunk> hunks;
  std::size_t old_at = middle.head;
  std::size_t new_at = middle.head;
  bool open = false;
  for (const Move move : moves) {
    if (move == Move::keep) {
      ++old_at;
      ++new_at;
      open = false;
      continue;
    }
    if (!open) hunks.push_back(LineHunk{old_at, 0, {}});
    open = true;
    if (move == Move::drop) {
      ++old_at;
      ++hunks.back().removed;
    } else {
      hunks.back().added.emplace_back(new_lines[new_at++]);
    }
  }
  return hunks;
}

std::string unified_diff(std::string_view path, std::string_view before, std::string_view after,
                         std::size_t context) {
  const std::vector<LineHunk> hunks = line_hunks(before, after);
  if (hunks.empty()) return {};
  const Lines lines = split_lines(before);
  std::string out = fmt::format("--- {0}\n+++ {0}\n", shown(path, 0));
  std::ptrdiff_t shift = 0;  // how much further down the new text is
  for (std::size_t i = 0; i < hunks.size();) {
    std::size_t last = i;  // hunks whose contexts touch are shown as one
    while (last + 1 < hunks.size() &&
           hunks[last + 1].begin <= hunks[last].begin + hunks[last].removed + 2 * context) {
      ++last;
    }
    const std::size_t begin = hunks[i].begin - std::min(hunks[i].begin, context);
    const std::size_t end = std::min(lines.size(), hunks[last].begin + hunks[last].removed + context);
    std::string body;
    std::size_t at = begin;
    std::ptrdiff_t grown = 0;
    for (std::size_t h = i; h <= last; ++h) {
      for (; at < hunks[h].begin; ++at) body += diff_line(' ', lines[at]);
      for (std::size_t r = 0; r < hunks[h].removed; ++r) body += diff_line('-', lines[at++]);
      for (const std::string& line : hunks[h].added) body += diff_line('+', line);
      grown +=
          static_cast<std::ptrdiff_t>(hunks[h].added.size()) - static_cast<std::ptrdiff_t>(hunks[h].removed);
    }
    for (; at < end; ++at) body += diff_line(' ', lines[at]);
    const auto new_begin = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(begin) + shift);
    const auto new_count = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(end - begin) + grown);
    out += fmt::format("@@ -{} +{} @@\n{}", range(begin, end - begin), range(new_begin, new_count), body);
    shift += grown;
    i = last + 1;
  }
  return out;
}

std::optional<std::string> merge_edits(std::string_view base, std::string_view first,
                                       std::string_view second) {
  std::vector<LineHunk> hunks = line_hunks(base, first);
  const std::size_t own = hunks.size();
  for (LineHunk& hunk : line_hunks(base, second)) {
    bool same = false;
    for (std::size_t i = 0; i < own && !same; ++i) {
      same = hunks[i] == hunk;
      if (!same && overlap(hunks[i], hunk)) return std::nullopt;
    }
    if (!same) hunks.push_back(std::move(hunk));
  }
  // An insertion goes before the lines that another hunk replaces at the same place.
  std::stable_sort(hunks.begin(), hunks.end(), [](const LineHunk& a, const LineHunk& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.removed < b.removed;
  });
  const Lines lines = split_lines(base);
  std::string out;
  std::size_t at = 0;
  const auto append_line = [&out](std::string_view line) {
    // The last line of the base may lack its newline; more can follow it now.
    if (!out.empty() && out.back() != '\n') out += '\n';
    out += line;
  };
  for (const LineHunk& hunk : hunks) {
    for (; at < hunk.begin; ++at) append_line(lines[at]);
    at += hunk.removed;
    for (const std::string& line : hunk.added) append_line(line);
  }
  for (; at < lines.size(); ++at) append_line(lines[at]);
  return out;
}

}  // namespace reentry
