// The keywords that take several words.
#include <algorithm>
#include <iterator>

#include "base/ascii_case.hpp"
#include "facts/pattern.hpp"
#include "facts/sshd_check.hpp"

namespace reentry {
namespace {

using D = Directive;

constexpr int kAnyPort = 0;  // `*` in PermitOpen

// channels.c:permitopen_port.
int permitted_port(const std::string& text, const SshBuild& build) {
  if (text == "*") return kAnyPort;
  const int port = port_number(text, build);
  return port > 0 ? port : -1;
}

bool is_known_method(std::string_view method, const SshBuild& build) {
  constexpr std::string_view kMethods[] = {"none", "publickey", "password", "keyboard-interactive",
                                           "hostbased"};
  if (std::find(std::begin(kMethods), std::end(kMethods), method) != std::end(kMethods)) return true;
  const bool gssapi_patch =
      build.vendor != Vendor::upstream && build.vendor != Vendor::alpine && build.vendor != Vendor::arch;
  if (method == "gssapi-with-mic") return build.gssapi;
  return method == "gssapi-keyex" && build.gssapi && gssapi_patch;
}

}  // namespace

void ArgumentCheck::check_words() {
  switch (directive_) {
    case D::allow_users:
    case D::deny_users: return check_users();
    case D::allow_groups:
    case D::deny_groups: return check_groups();
    case D::authorized_keys_file: return check_files();
    case D::accept_env: return check_accept_env();
    case D::set_env: return check_set_env();
    case D::log_verbose: return check_log_verbose();
    case D::channel_timeout: return check_channel_timeout();
    case D::authentication_methods: return check_authentication_methods();
    default: return check_permitted();
  }
}

// The end of a list that ended at `stopper`: the old tokeniser takes an empty word for the end of the line.
void ArgumentCheck::finish_words(const std::optional<std::string>& stopper) {
  if (stopper && !modern_) whole_line_ = directive_ == D::authorized_keys_file;
  if (verdict_.fine && verdict_.values.empty() && build_.at_least(9, 7)) fatal("no {} specified", keyword_);
}

void ArgumentCheck::check_users() {
  std::optional<std::string> word;
  while ((word = words_.next())) {
    if (word->empty() && !modern_) break;
    const std::size_t at = word->find('@');
    const bool bad_host =
        at != std::string::npos && !address_list_is_valid(std::string_view(*word).substr(at + 1));
    if (word->empty() || bad_host) {
      const std::string_view name = modern_ ? keyword_ : directive_info(directive_).word;
      return fatal("invalid {} pattern: \"{}\"", name, modern_ ? *word : word->substr(0, 100));
    }
    keep(*word);
  }
  finish_words(word);
}

void ArgumentCheck::check_groups() {
  std::optional<std::string> word;
  while ((word = words_.next())) {
    if (word->empty()) {
      if (!modern_) break;
      return fatal("empty {} pattern", keyword_);
    }
    keep(*word);
  }
  finish_words(word);
}

void ArgumentCheck::check_files() {
  if (!modern_) whole_line_ = true;
  std::optional<std::string> word;
  while ((word = words_.next())) {
    if (word->empty()) {
      if (!modern_) break;
      return error("keyword {} empty argument", keyword_);
    }
    keep(*word);
  }
  finish_words(word);
  if (verdict_.fine && state_.active && !verdict_.values.empty()) state_.authorized_keys_files = true;
}

void ArgumentCheck::check_accept_env() {
  std::optional<std::string> word;
  while ((word = words_.next())) {
    if (word->empty() && !modern_) break;
    if (word->empty() || word->find('=') != std::string::npos) return fatal("Invalid environment name.");
    keep(*word);
  }
  finish_words(word);
}

void ArgumentCheck::check_set_env() {
  std::vector<std::string> names;
  std::optional<std::string> word;
  while ((word = words_.next_by_blanks())) {
    if (word->empty() && !modern_) break;
    const std::size_t equals = word->find('=');
    if (equals == std::string::npos) return fatal("Invalid environment.");
    // A name that is set twice on one line keeps its first value.
    std::string name = word->substr(0, equals);
    if (modern_ && std::find(names.begin(), names.end(), name) != names.end()) continue;
    names.push_back(std::move(name));
    keep(*word);
  }
  finish_words(word);
}

void ArgumentCheck::check_log_verbose() {
  std::optional<std::string> word;
  while ((word = words_.next())) {
    if (word->empty()) {
      if (!modern_) break;
      return error("keyword {} empty argument", keyword_);
    }
    if (modern_ && equal_ignoring_case(*word, "none") &&
        (!verdict_.values.empty() || words_.remaining() > 0)) {
      return error("keyword {} \"none\" argument must appear alone.", keyword_);
    }
    keep(*word);
  }
  finish_words(word);
}

void ArgumentCheck::check_channel_timeout() {
  std::optional<std::string> word;
  while ((word = words_.next())) {
    const std::size_t equals = word->find('=');
    if (equal_ignoring_case(*word, "none")) {
      // Up to 9.6 only what follows is looked at, not what stands before it.
      const bool behind = build_.at_least(9, 7) && !verdict_.values.empty();
      if (behind || words_.remaining() > 0) {
        return error("keyword {} \"none\" argument must appear alone.", keyword_);
      }
    } else if (equals == std::string::npos || equals == 0 ||
               !time_in_seconds(word->substr(equals + 1), build_)) {
      return fatal("invalid channel timeout {}", *word);
    }
    keep(*word);
  }
  finish_words(word);
}

void ArgumentCheck::check_authentication_methods() {
  const bool name = modern_;
  if (!modern_) {
    whole_line_ = true;
    // Nothing is checked once an earlier line has set it; a Match block's value counts all the same.
    if (state_.methods > 0) {
      for (std::optional<std::string> word = words_.next(); word && !word->empty(); word = words_.next()) {
        keep(*word);
      }
      return;
    }
  }
  const std::string_view what = name ? keyword_ : directive_info(directive_).word;
  const std::size_t already = state_.methods;
  bool any = false;
  std::optional<std::string> word;
  while ((word = words_.next())) {
    if (word->empty() && !modern_) break;
    if (*word == "any") {
      // Up to 9.6 what an earlier line has set counts as well.
      const bool others = build_.at_least(9, 7) ? !verdict_.values.empty()
                                                : already + (state_.active ? verdict_.values.size() : 0) > 0;
      if (others) return fatal("\"any\" must appear alone in {}", what);
      any = true;
    } else if (any) {
      return fatal("\"any\" must appear alone in {}", what);
    } else {
      if (word->empty()) {
        verdict_.preface = "empty authentication method list";
        return fatal("invalid {} method list.", what);
      }
      std::size_t begin = 0;
      while (begin <= word->size()) {
        const std::size_t comma = std::min(word->find(',', begin), word->size());
        std::string method = word->substr(begin, comma - begin);
        method.resize(std::min(method.find(':'), method.size()));
        begin = comma + 1;
        if (is_known_method(method, build_)) continue;
        verdict_.preface = as_logged(fmt::format("Unknown authentication method \"{}\" in list", method));
        if (modern_) return fatal("invalid {} method list.", what);
        return fatal("invalid authentication method list.");
      }
    }
    keep(*word);
  }
  if (verdict_.values.empty()) return fatal("no {} specified", what);
  if (state_.active && already == 0) state_.methods = verdict_.values.size();
}

void ArgumentCheck::check_permitted() {
  std::optional<std::string> word = words_.next();
  if (!word || word->empty()) {
    return missing(fmt::format("missing {} specification", canonical_keyword(directive_)));
  }
  const bool looks_at_all = build_.at_least(9, 7);
  if (!looks_at_all && (*word == "any" || *word == "none")) return keep(*word);
  for (; word && (looks_at_all || !word->empty()); word = words_.next()) {
    if (looks_at_all && (*word == "any" || *word == "none")) {
      if (!verdict_.values.empty()) return fatal("{} must appear alone on a {} line.", *word, keyword_);
      keep(*word);
      continue;
    }
    check_permitted_one(*word);
    if (!verdict_.fine) return;
  }
}

void ArgumentCheck::check_permitted_one(const std::string& word) {
  const std::string& old_name = canonical_keyword(directive_);
  const bool bare_port = directive_ == D::permit_listen && word.find(':') == std::string::npos;
  std::optional<std::string> port = word;
  if (!bare_port) {
    const HostPort parts = split_host_port(word);
    if (!parts.ok) {
      if (modern_) return fatal("{} missing host", keyword_);
      return fatal("missing host in {}", old_name);
    }
    port = parts.port;
  }
  if (!port || permitted_port(*port, build_) < 0) {
    if (modern_) return fatal("{} bad port number", keyword_);
    return fatal("bad port number in {}", old_name);
  }
  keep(bare_port ? "*:" + word : word);
}

}  // namespace reentry
