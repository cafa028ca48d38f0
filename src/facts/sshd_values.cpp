#include "facts/sshd_values.hpp"

#include <algorithm>

#include "base/ascii_case.hpp"
#include "facts/sshd_check.hpp"

namespace reentry {
namespace {

using D = Directive;

AlgorithmKind algorithm_kind(D directive) {
  switch (directive) {
    case D::ciphers: return AlgorithmKind::cipher;
    case D::macs: return AlgorithmKind::mac;
    case D::kex_algorithms: return AlgorithmKind::kex;
    case D::ca_signature_algorithms: return AlgorithmKind::ca_signature;
    case D::gssapi_kex_algorithms: return AlgorithmKind::gssapi_kex;
    default: return AlgorithmKind::key;
  }
}

bool is_key_list(D directive) {
  const AlgorithmKind kind = algorithm_kind(directive);
  return kind == AlgorithmKind::key || kind == AlgorithmKind::ca_signature;
}

}  // namespace

LineVerdict check_arguments(Directive directive, std::string_view keyword,
                            std::optional<std::string_view> rest, SshdArgumentWords& words, LineState& state,
                            const SshBuild& build) {
  return ArgumentCheck(directive, keyword, rest, words, state, build).run();
}

LineVerdict ArgumentCheck::run() {
  check();
  if (!verdict_.fine || whole_line_) return std::move(verdict_);
  if (const std::optional<std::string> left = words_.left_over()) {
    if (modern_) {
      error("keyword {} extra arguments at end of line", keyword_);
    } else {
      fatal("garbage at end of line; \"{}\".", left->substr(0, 200));
    }
  }
  return std::move(verdict_);
}

void ArgumentCheck::refuse(ConfigSeverity severity, const std::string& message) {
  if (!verdict_.fine) return;
  verdict_.fine = false;
  verdict_.severity = severity;
  verdict_.message = as_logged(message);
}

void ArgumentCheck::missing(std::string_view older) {
  if (modern_) {
    fatal("{} missing argument.", keyword_);
  } else {
    fatal("{}", older);
  }
}

std::optional<std::string> ArgumentCheck::required(std::string_view older) {
  std::optional<std::string> word = words_.next();
  if (word && !word->empty()) return word;
  missing(older);
  return std::nullopt;
}

void ArgumentCheck::check() {
  switch (directive_info(directive_).kind) {
    case ValueKind::flag: return check_flag();
    case ValueKind::choice: return check_choice();
    case ValueKind::integer: return check_integer();
    case ValueKind::time: return check_time();
    case ValueKind::path: return check_path();
    case ValueKind::paths: return check_path();
    case ValueKind::text: return check_text();
    case ValueKind::words: return check_words();
    case ValueKind::algorithms: return check_algorithms();
    case ValueKind::raw: return check_raw();
    case ValueKind::special: return check_special();
  }
}

void ArgumentCheck::check_flag() {
  if (build_.at_least(7, 7)) return check_choice();
  const std::optional<std::string> word = words_.next();
  if (!word || word->empty()) return fatal("missing yes/no argument.");
  if (*word != "yes" && *word != "no") return fatal("Bad yes/no argument: {}", *word);
  keep(*word);
}

void ArgumentCheck::check_choice() {
  const std::optional<std::string> word = words_.next();
  const bool log = directive_ == D::log_level || directive_ == D::syslog_facility;
  if (!log && (!word || word->empty())) return fatal("missing argument.");
  if (word) {
    for (const Choice* choice = choices_of(directive_, build_); !choice->word.empty(); ++choice) {
      if (equal_ignoring_case(choice->word, *word)) return keep(*word);
    }
  }
  const std::string shown = word.value_or("<NONE>");
  if (directive_ == D::log_level) return fatal("unsupported log level '{}'", shown);
  if (directive_ == D::syslog_facility) return fatal("unsupported log facility '{}'", shown);
  fatal("unsupported option \"{}\".", shown);
}

void ArgumentCheck::check_integer() {
  const std::optional<std::string> word = words_.next();
  std::string_view why;
  if (whole_number(word, why)) return keep(*word);
  if (!build_.at_least(7, 5)) {
    if (why == "missing") return fatal("missing integer value.");
    return keep(*word);
  }
  if (modern_) return fatal("{} integer value {}.", keyword_, why);
  fatal("integer value {}.", why);
}

void ArgumentCheck::check_time() {
  const std::optional<std::string> word = words_.next();
  if (!word || word->empty()) return fatal("missing time value.");
  if (!time_in_seconds(*word, build_)) return fatal("invalid time value.");
  keep(*word);
}

void ArgumentCheck::check_path() {
  const std::optional<std::string> word = words_.next();
  if (!word || word->empty()) return fatal("missing file name.");
  keep(*word);
  // Several files since 10.3.
  if (directive_ != D::revoked_keys || !build_.at_least(10, 3)) return;
  while (const std::optional<std::string> more = words_.next()) keep(*more);
}

void ArgumentCheck::check_text() {
  const std::optional<std::string> word = words_.next();
  if (word && !word->empty()) return keep(*word);
  switch (directive_) {
    case D::authorized_keys_command_user:
    case D::authorized_principals_command_user:
      if (modern_) return fatal("missing {} argument.", keyword_);
      return fatal("missing {} argument.", directive_info(directive_).word);
    case D::pam_service_name: return fatal("missing argument.");
    default: return missing("missing file name.");
  }
}

void ArgumentCheck::check_algorithms() {
  const std::optional<std::string> word = words_.next();
  const AlgorithmKind kind = algorithm_kind(directive_);
  if (!word || word->empty()) {
    if (is_key_list(directive_) || kind == AlgorithmKind::gssapi_kex) return fatal("Missing argument.");
    return missing("Missing argument.");
  }
  const std::optional<std::string> refused = refused_algorithm(kind, *word, build_);
  if (!refused) return keep(*word);
  const bool names_it = kind == AlgorithmKind::kex || kind == AlgorithmKind::gssapi_kex;
  if (names_it && !refused->empty()) {
    verdict_.preface = as_logged(fmt::format("Unsupported KEX algorithm \"{}\"", refused->substr(0, 100)));
  }
  switch (kind) {
    case AlgorithmKind::cipher: return fatal("Bad SSH2 cipher spec '{}'.", *word);
    case AlgorithmKind::mac: return fatal("Bad SSH2 mac spec '{}'.", *word);
    case AlgorithmKind::kex: return fatal("Bad SSH2 KexAlgorithms '{}'.", *word);
    case AlgorithmKind::gssapi_kex: return fatal("Bad GSSAPI KexAlgorithms '{}'.", *word);
    default: return fatal("Bad key types '{}'.", *word);
  }
}

void ArgumentCheck::check_raw() {
  whole_line_ = true;
  const bool command =
      directive_ == D::authorized_keys_command || directive_ == D::authorized_principals_command;
  // A quote that is never closed ends the text of the old tokeniser.
  if (!rest_) return fatal("Missing argument.");
  std::string_view value = *rest_;
  if (value.empty() && !command) return missing("Missing argument.");
  value.remove_prefix(std::min(value.find_first_not_of(" \t\r\n"), value.size()));
  if (directive_ == D::version_addendum && value.find('\r') != std::string_view::npos) {
    if (modern_) return fatal("Invalid {} argument", keyword_);
    if (state_.active && !state_.version_addendum) return fatal("Invalid argument");
  }
  if (command) {
    bool& set = directive_ == D::authorized_keys_command ? state_.authorized_keys_command
                                                         : state_.authorized_principals_command;
    const bool looks = modern_ || (state_.active && !set);
    if (looks && !value.starts_with('/') && !equal_ignoring_case(value, "none")) {
      return fatal("{} must be an absolute path", modern_ ? keyword_ : directive_info(directive_).word);
    }
    if (state_.active) set = true;
  }
  if (directive_ == D::version_addendum && state_.active) state_.version_addendum = true;
  keep(std::string(value));
}

}  // namespace reentry
