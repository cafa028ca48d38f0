#include "checks/service/config_mending.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/shown.hpp"
#include "base/spelling.hpp"
#include "checks/config_edits.hpp"
#include "facts/ssh_algorithms.hpp"
#include "facts/sshd_keywords.hpp"
#include "facts/sshd_lex.hpp"
#include "facts/sshd_values.hpp"

namespace reentry {
namespace {

constexpr std::array<std::string_view, 10> kCriteria = {
    "all",          "user",      "group",   "host",         "address",
    "localaddress", "localport", "rdomain", "invalid-user", "version"};

// What these lines take away comes back when they are dropped.
bool is_list_of_limits(Directive directive) {
  switch (directive) {
    case Directive::allow_users:
    case Directive::allow_groups:
    case Directive::deny_users:
    case Directive::deny_groups:
    case Directive::authentication_methods:
    case Directive::force_command:
    case Directive::chroot_directory:
    case Directive::listen_address:
    case Directive::refuse_connection:
    case Directive::permit_open:
    case Directive::permit_listen:
    case Directive::revoked_keys:
    case Directive::ciphers:
    case Directive::macs:
    case Directive::kex_algorithms:
    case Directive::host_key_algorithms:
    case Directive::pubkey_accepted_algorithms: return true;
    default: return false;
  }
}

// Switches whose `no` closes a door that is open by default.
bool is_door(Directive directive) {
  switch (directive) {
    case Directive::password_authentication:
    case Directive::kbd_interactive_authentication:
    case Directive::challenge_response_authentication:
    case Directive::permit_empty_passwords:
    case Directive::permit_root_login: return true;
    default: return false;
  }
}

bool means_yes(std::string_view value) {
  const char first = value.empty() ? ' ' : static_cast<char>(value.front() | 0x20);
  return first == 'y' || first == 't' || first == '1' || edit_distance(value, "on") == 0;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// Bytes that an editor, a web page or an input method put in place of the plain ones.
std::string with_plain_characters(std::string line) {
  replace_all(line, "\xEF\xBB\xBF", "");
  for (const char* blank : {"\xC2\xA0", "\xE3\x80\x80", "\xE2\x80\x8B"}) replace_all(line, blank, " ");
  for (const char* quote : {"“", "”", "„", "＂"}) replace_all(line, quote, "\"");
  for (const char* dash : {"–", "—", "‐"}) replace_all(line, dash, "-");
  replace_all(line, "＝", "=");
  return line;
}

// `PermitRootLogin: no;` and an open quote.
std::string without_stray_marks(const std::string& line) {
  ConfigWords words = config_words(line);
  while (!words.keyword.empty() && (words.keyword.back() == ':' || words.keyword.back() == ';'))
    words.keyword.pop_back();
  while (!words.value.empty() && (words.value.back() == ';' || words.value.back() == ','))
    words.value.pop_back();
  if (std::count(words.value.begin(), words.value.end(), '"') % 2 != 0) words.value += '"';
  return words.joined();
}

std::vector<std::string_view> keywords_of(const Facts& facts) {
  std::vector<std::string_view> words;
  for (const Directive directive : directives_of(facts.ssh)) words.push_back(directive_info(directive).word);
  words.push_back("Match");
  words.push_back("Include");
  return words;
}

// Two lines that ran into each other: `PasswordAuthentication no#PermitRootLogin no`.
std::vector<std::string> parted(const Facts& facts, const std::string& line) {
  const std::size_t keyword_end = config_words(line).indent.size() + config_words(line).keyword.size();
  for (const std::string_view keyword : keywords_of(facts)) {
    const std::size_t at = line.find(keyword, keyword_end);
    if (keyword.size() < 4 || at == std::string::npos) continue;
    std::size_t begin = at;
    while (begin > 0 && (line[begin - 1] == '#' || line[begin - 1] == ' ')) --begin;
    const std::string first = line.substr(0, begin);
    const bool comment = line.substr(begin, at - begin).find('#') != std::string::npos;
    const std::string second = (comment ? "#" : "") + line.substr(at);
    if (is_accepted(facts, first) && (comment || is_accepted(facts, second))) return {first, second};
  }
  const std::size_t mark = line.find('#', keyword_end);
  if (mark != std::string::npos && is_accepted(facts, line.substr(0, mark)))
    return {line.substr(0, mark), line.substr(mark)};
  return {};
}

// The one keyword that comes nearest; nothing when two are as near or none is.
std::string_view nearest_keyword(const Facts& facts, std::string_view written) {
  std::string_view nearest;
  std::size_t least = 3;
  for (const std::string_view keyword : keywords_of(facts)) {
    if (!is_near(written, keyword)) continue;
    const std::size_t distance = edit_distance(written, keyword);
    if (distance < least) nearest = keyword;
    if (distance == least) nearest = {};
    least = std::min(least, distance);
  }
  return nearest;
}

std::string with_near_value(const Facts& facts, const std::string& line, Directive directive) {
  ConfigWords words = config_words(line);
  const ValueKind kind = directive_info(directive).kind;
  if (kind != ValueKind::flag && kind != ValueKind::choice) return {};
  std::string nearest;
  for (const Choice* choice = choices_of(directive, facts.ssh); choice != nullptr && !choice->word.empty();
       ++choice) {
    if (!is_near(words.value, choice->word)) continue;
    if (!nearest.empty()) return {};
    nearest = choice->word;
  }
  if (nearest.empty()) return {};
  words.value = nearest;
  return words.joined();
}

std::optional<AlgorithmKind> algorithms_of(Directive directive) {
  switch (directive) {
    case Directive::ciphers: return AlgorithmKind::cipher;
    case Directive::macs: return AlgorithmKind::mac;
    case Directive::kex_algorithms: return AlgorithmKind::kex;
    case Directive::host_key_algorithms:
    case Directive::hostbased_accepted_algorithms:
    case Directive::pubkey_accepted_algorithms: return AlgorithmKind::key;
    case Directive::ca_signature_algorithms: return AlgorithmKind::ca_signature;
    default: return std::nullopt;
  }
}

// The list without the names that this sshd does not know; nothing when none is left.
std::string with_known_algorithms(const Facts& facts, const std::string& line, Directive directive) {
  const std::optional<AlgorithmKind> kind = algorithms_of(directive);
  ConfigWords words = config_words(line);
  if (!kind || words.value.empty()) return {};
  std::string list = words.value;
  for (int round = 0; round < 64; ++round) {
    const std::optional<std::string> refused = refused_algorithm(*kind, list, facts.ssh);
    if (!refused) break;
    const std::size_t at = list.find(*refused);
    if (refused->empty() || at == std::string::npos) return {};
    std::size_t end = at + refused->size();
    std::size_t begin = at;
    if (end < list.size() && list[end] == ',') {
      ++end;
    } else if (begin > 0 && list[begin - 1] == ',') {
      --begin;
    }
    list.erase(begin, end - begin);
  }
  if (list.empty() || list.find_first_not_of("+-^,") == std::string::npos) return {};
  words.value = list;
  return words.joined();
}

// As many words as sshd takes; of `no yes` the `no`.
std::string without_extra_words(const Facts& facts, const std::string& line, Directive directive) {
  ConfigWords words = config_words(line);
  std::vector<std::string> values = words_of(words.value);
  if (values.size() < 2) return {};
  if (is_door(directive) && std::find(values.begin(), values.end(), "no") != values.end())
    values = {"no", ""};
  while (values.size() > 1) {
    values.pop_back();
    words.value.clear();
    for (const std::string& value : values) words.value += (words.value.empty() ? "" : " ") + value;
    if (is_accepted(facts, words.joined())) return words.joined();
  }
  return {};
}

std::string with_known_criteria(const std::string& line) {
  ConfigWords words = config_words(line);
  std::vector<std::string> values = words_of(words.value);
  bool changed = false;
  for (std::size_t i = 0; i < values.size(); i += 2) {
    const auto equal = [&](std::string_view name) { return edit_distance(values[i], name) == 0; };
    if (std::any_of(kCriteria.begin(), kCriteria.end(), equal)) continue;
    const auto near = std::find_if(kCriteria.begin(), kCriteria.end(),
                                   [&](std::string_view name) { return is_near(values[i], name); });
    if (near == kCriteria.end()) return {};
    values[i] = *near;
    if (i == 0) values[i].front() = static_cast<char>(values[i].front() & ~0x20);
    changed = true;
  }
  if (!changed) return {};
  words.value.clear();
  for (const std::string& value : values) words.value += (words.value.empty() ? "" : " ") + value;
  return words.joined();
}

Text change_words(const std::string& from, const std::string& to) {
  return say("Write `{}` in place of `{}`.", "`{1}` を `{0}` に直します。", shown(to), shown(from));
}

LineMend dropped(const Facts& facts, const std::string& line, Directive directive) {
  const bool empty = config_words(line).value.empty();
  const bool opens = is_list_of_limits(directive) && !empty;
  LineMend mend{"comment-out", opens ? Risk::choice : Risk::safe, {}, {}};
  const std::string word(directive == Directive::none ? "" : directive_info(directive).word);
  const std::vector<std::string> values =
      word.empty() ? std::vector<std::string>{} : default_values(directive, facts.ssh);
  if (opens) {
    mend.text = say("Comment the line out. What it was to forbid is then allowed.",
                    "この行をコメントにします。この行で禁じるはずだったものが許可されます。");
  } else if (!values.empty() && values.front().size() < 40) {
    mend.text = say("Comment the line out; unless another line sets it, {} is then {}.",
                    "この行をコメントにします。ほかの行で設定されていなければ {} は {} になります。", word,
                    shown(values.front()));
  } else {
    mend.text = say("Comment the line out: sshd has never worked with it.",
                    "この行をコメントにします。sshd がこの行で動いたことはありません。");
  }
  return mend;
}

Directive directive_of(const Facts& facts, const std::string& line) {
  return keyword_meaning(config_words(line).keyword, facts.ssh).directive;
}

// A line whose keyword is known and whose value is not.
std::vector<LineMend> mends_of_value(const Facts& facts, const std::string& line) {
  const Directive directive = directive_of(facts, line);
  for (const std::string& better :
       {with_near_value(facts, line, directive), with_known_algorithms(facts, line, directive),
        without_extra_words(facts, line, directive)}) {
    if (!better.empty() && is_accepted(facts, better))
      return {{"correct", Risk::safe, change_words(line, better), {better}}};
  }
  ConfigWords words = config_words(line);
  if (is_door(directive) && !means_yes(words.value)) {
    words.value = "no";
    return {{"close",
             Risk::safe,
             say("Write `{}`: what stands there can't be read, and `no` opens nothing.",
                 "`{}` にします。元の値は解釈できず、`no` なら何も開放されません。", shown(words.joined())),
             {words.joined()}}};
  }
  return {dropped(facts, line, directive)};
}

std::vector<LineMend> mends_of_keyword(const Facts& facts, const std::string& line,
                                       std::string_view keyword) {
  ConfigWords words = config_words(line);
  words.keyword = keyword;
  std::string better = words.joined();
  const Directive directive = directive_of(facts, better);
  if (!is_accepted(facts, better)) {
    for (LineMend& mend : mends_of_value(facts, better)) {
      if (mend.lines.size() == 1) better = mend.lines.front();
    }
  }
  if (!is_accepted(facts, better)) return {dropped(facts, line, Directive::none)};
  const std::string value = config_words(better).value;
  const bool restricts =
      is_list_of_limits(directive) || (is_door(directive) && !means_yes(value)) || value == "no";
  LineMend correct{"correct", restricts ? Risk::safe : Risk::choice, change_words(line, better), {better}};
  if (restricts) return {std::move(correct)};
  return {dropped(facts, line, directive), std::move(correct)};
}

}  // namespace

bool is_accepted(const Facts& facts, const std::string& line) {
  WordCutter cutter(line);
  std::optional<std::string> keyword = cutter.next();
  if (keyword && keyword->empty()) keyword = cutter.next();
  if (!keyword) return false;
  const KeywordMeaning meaning = keyword_meaning(*keyword, facts.ssh);
  if (meaning.standing == KeywordStanding::unknown || meaning.directive == Directive::match ||
      meaning.directive == Directive::include)
    return false;
  if (meaning.directive == Directive::none) return true;
  SshdArgumentWords words(cutter.rest(), facts.ssh);
  if (!words.quotes_are_balanced()) return false;
  LineState state;
  return check_arguments(meaning.directive, *keyword, cutter.rest(), words, state, facts.ssh).fine;
}

std::vector<LineMend> mends_of(const Facts& facts, const std::string& line) {
  const std::string plain = with_plain_characters(line);
  for (const std::string& better : {plain, without_stray_marks(plain)}) {
    if (better != line && is_accepted(facts, better))
      return {{"correct", Risk::safe, change_words(line, better), {better}}};
  }
  if (std::vector<std::string> two = parted(facts, plain); !two.empty()) {
    return {{"part", Risk::safe,
             say("Two lines ran into each other: part `{}` from `{}`.",
                 "つながった 2 行を `{}` と `{}` に分けます。", shown(two[0]), shown(two[1])),
             std::move(two)}};
  }
  const std::string tidy = without_stray_marks(plain);
  const std::string keyword = config_words(tidy).keyword;
  const KeywordMeaning meaning = keyword_meaning(keyword, facts.ssh);
  if (meaning.directive == Directive::match || edit_distance(nearest_keyword(facts, keyword), "Match") == 0) {
    const std::string better = with_known_criteria(tidy);
    if (!better.empty()) return {{"correct", Risk::safe, change_words(line, better), {better}}};
    return {{"comment-out",
             Risk::choice,
             say("Comment the whole Match block out. What it was to do for its users is then not done.",
                 "Match ブロック全体をコメントにします。対象ユーザー向けの設定は無効になります。"),
             {}}};
  }
  if (meaning.standing != KeywordStanding::unknown) return mends_of_value(facts, tidy);
  const std::string_view nearest = nearest_keyword(facts, keyword);
  if (!nearest.empty()) return mends_of_keyword(facts, tidy, nearest);
  return {dropped(facts, tidy, Directive::none)};
}

}  // namespace reentry
