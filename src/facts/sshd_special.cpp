// The keywords whose arguments have a grammar of their own.
#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "base/ascii_case.hpp"
#include "facts/pattern.hpp"
#include "facts/sshd_check.hpp"

namespace reentry {
namespace {

using D = Directive;

constexpr std::size_t kMaxPorts = 256;       // servconf.h: MAX_PORTS
constexpr std::size_t kMaxSubsystems = 256;  // servconf.h: MAX_SUBSYSTEMS

// sscanf(3)'s `%d:%d:%d`: how many numbers there are, in `out`.
int scan_numbers(const std::string& text, long (&out)[3]) {
  const char* at = text.c_str();
  for (int count = 0; count < 3; ++count) {
    char* end = nullptr;
    const long value = std::strtol(at, &end, 10);
    if (end == at) return count;
    out[count] = static_cast<int>(value);
    if (*end != ':') return count + 1;
    at = end + 1;
  }
  return 3;
}

constexpr std::string_view kPenalties[] = {
    "crash:", "authfail:", "noauth:", "grace-exceeded:", "refuseconnection:", "max:", "min:"};

}  // namespace

void ArgumentCheck::check_special() {
  switch (directive_) {
    case D::port: return check_port();
    case D::listen_address: return check_listen_address();
    case D::subsystem: return check_subsystem();
    case D::max_startups: return check_max_startups();
    case D::per_source_net_block_size: return check_net_block_size();
    case D::per_source_max_startups: return check_source_max_startups();
    case D::per_source_penalties: return check_penalties();
    case D::permit_tunnel: return check_tunnel();
    case D::rekey_limit: return check_rekey_limit();
    case D::ipqos: return check_ipqos();
    case D::pubkey_auth_options: return check_pubkey_options();
    case D::unused_connection_timeout: return check_unused_timeout();
    case D::stream_local_bind_mask: return check_bind_mask();
    case D::fingerprint_hash: return check_hash();
    case D::permit_user_environment: return check_environment();
    case D::rdomain: return fatal("setting RDomain not supported on this platform.");
    case D::host_key_agent: {
      const std::optional<std::string> word = words_.next();
      if (!word || word->empty()) return fatal("missing socket name.");
      return keep(*word);
    }
    case D::per_source_penalty_exempt_list: {
      const std::optional<std::string> word = words_.next();
      if (!word || word->empty()) return fatal("missing argument.");
      if (!address_list_is_valid(*word)) return fatal("keyword {} invalid address argument.", keyword_);
      return keep(*word);
    }
    default: {  // SecurityKeyProvider
      const std::optional<std::string> word = required("missing file name.");
      if (word) keep(*word);
    }
  }
}

void ArgumentCheck::check_port() {
  if (state_.ports_from_arguments) {
    verdict_.inert = true;
    whole_line_ = true;
    return;
  }
  if (state_.ports >= kMaxPorts) return fatal("too many ports.");
  const std::optional<std::string> word = words_.next();
  if (!word || word->empty()) return fatal("missing port number.");
  if (port_number(*word, build_) <= 0) return fatal("Badly formatted port number.");
  ++state_.ports;
  keep(*word);
}

void ArgumentCheck::check_listen_address() {
  const std::optional<std::string> word = words_.next();
  if (!word || word->empty()) return fatal("missing address");
  const std::size_t colon = word->find(':');
  const bool bare_v6 = word->find('[') == std::string::npos && colon != std::string::npos &&
                       word->find(':', colon + 1) != std::string::npos;
  if (!bare_v6) {
    const HostPort parts = split_host_port(*word);
    if (!parts.ok) return fatal("bad address:port usage");
    if (parts.port && port_number(*parts.port, build_) <= 0) return fatal("bad port number");
  }
  keep(*word);
  const std::optional<std::string> more = words_.next();
  if (!more) return;
  const std::optional<std::string> domain = *more == "rdomain" ? words_.next() : std::nullopt;
  if (!domain) return fatal("bad ListenAddress syntax");
  verdict_.preface = "Routing domains are not supported on this platform";
  fatal("bad routing domain");
}

void ArgumentCheck::check_subsystem() {
  const bool many = build_.at_least(9, 5);
  if (!many && state_.subsystems.size() >= kMaxSubsystems) return fatal("too many subsystems defined.");
  const std::optional<std::string> name = required("Missing subsystem name.");
  if (!name) return;
  keep(*name);
  if (!state_.active) {
    if (many) {
      // Nothing is looked at until the block matches.
      while (const std::optional<std::string> word = words_.next()) keep(*word);
      return;
    }
    // Its command is not looked at, what follows it is one word too many.
    static_cast<void>(words_.next());
    return;
  }
  if (std::find(state_.subsystems.begin(), state_.subsystems.end(), *name) != state_.subsystems.end()) {
    if (!many) return fatal("Subsystem '{}' already defined.", *name);
    verdict_.inert = true;
    whole_line_ = true;
    return;
  }
  std::optional<std::string> word = words_.next();
  if (!word || word->empty()) return fatal("Missing subsystem command.");
  for (; word && (modern_ || !word->empty()); word = words_.next()) keep(*word);
  state_.subsystems.push_back(*name);
}

void ArgumentCheck::check_max_startups() {
  const std::optional<std::string> word = required("Missing MaxStartups spec.");
  if (!word) return;
  long numbers[3] = {0, 30, 0};
  const int count = scan_numbers(*word, numbers);
  const std::string_view name = modern_ ? keyword_ : "MaxStartups";
  bool fine = count == 3 || count == 1;
  if (count == 1) numbers[2] = numbers[0];
  if (count == 3) fine = numbers[0] <= numbers[2] && numbers[1] <= 100 && numbers[1] >= 1;
  // Neither was looked at before 9.0.
  if (build_.at_least(8, 7)) fine = fine && numbers[0] > 0 && numbers[2] > 0;
  if (!fine) return fatal("{} {} spec.", spec_word(), name);
  keep(*word);
}

void ArgumentCheck::check_net_block_size() {
  const std::optional<std::string> word = required("Missing PerSourceNetBlockSize spec.");
  if (!word) return;
  long numbers[3] = {0, 128, 0};
  const int count = std::min(scan_numbers(*word, numbers), 2);
  const bool fine = count >= 1 && numbers[0] >= 0 && numbers[0] <= 32 &&
                    (count < 2 || (numbers[1] >= 0 && numbers[1] <= 128));
  if (!fine) return fatal("Invalid {} spec.", modern_ ? keyword_ : "PerSourceNetBlockSize");
  keep(*word);
}

void ArgumentCheck::check_source_max_startups() {
  const std::optional<std::string> word = required("Missing PerSourceMaxStartups spec.");
  if (!word) return;
  std::string_view why;
  if (*word != "none" && !whole_number(word, why)) {
    if (modern_) return fatal("{} integer value {}.", keyword_, why);
    return fatal("integer value {}.", why);
  }
  keep(*word);
}

void ArgumentCheck::check_penalties() {
  std::optional<std::string> word;
  while ((word = words_.next())) {
    const std::string folded = lowered(*word);
    if (folded == "no" || folded == "yes") {
      if (words_.remaining() > 0) {
        return fatal("keyword {} \"{}\" argument must appear alone.", keyword_, *word);
      }
      keep(folded);
      continue;
    }
    const auto* timed =
        std::find_if(std::begin(kPenalties), std::end(kPenalties), [&](std::string_view prefix) {
          return word->starts_with(prefix) && (prefix != "refuseconnection:" || build_.at_least(9, 9));
        });
    std::string_view why;
    if (timed != std::end(kPenalties)) {
      if (!time_in_seconds(std::string_view(*word).substr(timed->size()), build_)) {
        return fatal("invalid {} time value.", keyword_);
      }
    } else if (word->starts_with("max-sources4:") || word->starts_with("max-sources6:")) {
      if (!whole_number(word->substr(13), why)) return fatal("{} value {}.", keyword_, why);
    } else if (*word != "overflow:deny-all" && *word != "overflow:permissive" &&
               *word != "overflow6:deny-all" && *word != "overflow6:permissive") {
      return fatal("unsupported {} keyword {}", keyword_, *word);
    }
    keep(*word);
  }
  if (verdict_.values.empty()) fatal("no {} specified", keyword_);
}

void ArgumentCheck::check_tunnel() {
  const std::optional<std::string> word = required("Missing yes/point-to-point/ethernet/no argument.");
  if (!word) return;
  if (*word == "no" || *word == "yes" || *word == "point-to-point" || *word == "ethernet") return keep(*word);
  if (modern_) return fatal("bad {} argument {}", keyword_, *word);
  fatal("Bad yes/point-to-point/ethernet/no argument: {}", *word);
}

void ArgumentCheck::check_rekey_limit() {
  const std::optional<std::string> amount = required("Missing argument.");
  if (!amount) return;
  if (*amount != "default") {
    std::string_view why;
    const std::optional<long long> bytes = scaled_number(*amount, why);
    if (!bytes) {
      if (modern_) return fatal("Bad {} number '{}': {}", keyword_, *amount, why);
      return fatal("Bad number '{}': {}", *amount, why);
    }
    if (*bytes != 0 && *bytes < 16) return fatal("{} too small", modern_ ? keyword_ : "RekeyLimit");
  }
  keep(*amount);
  if (words_.remaining() == 0) return;
  if (words_.peek() == "none") {
    static_cast<void>(words_.next());
    return;
  }
  check_time();
}

void ArgumentCheck::check_ipqos() {
  const std::optional<std::string> first = words_.next();
  if (modern_ && (!first || first->empty())) return fatal("{} missing argument.", keyword_);
  const std::string_view name = modern_ ? keyword_ : "IPQoS";
  if (!first || ipqos_value(*first, build_) == -1)
    return fatal("Bad {} value: {}", name, first.value_or("(null)"));
  keep(*first);
  const std::optional<std::string> second = words_.next();
  if (!second) return;
  if (ipqos_value(*second, build_) == -1) return fatal("Bad {} value: {}", name, *second);
  keep(*second);
}

void ArgumentCheck::check_pubkey_options() {
  std::optional<std::string> word;
  while ((word = words_.next())) {
    if (word->empty() && !modern_) break;
    const std::string folded = lowered(*word);
    const bool known = folded == "none" || folded == "touch-required" ||
                       (folded == "verify-required" && build_.at_least(8, 4));
    if (known) {
      keep(folded);
    } else if (modern_) {
      return error("unsupported {} option {}", keyword_, *word);
    } else {
      return fatal("unsupported PubkeyAuthOptions option {}", *word);
    }
  }
}

void ArgumentCheck::check_unused_timeout() {
  if (lowered(words_.peek()) != "none") return check_time();
  keep(*words_.next());
}

void ArgumentCheck::check_bind_mask() {
  const std::optional<std::string> word = required("missing StreamLocalBindMask argument.");
  if (!word) return;
  char* end = nullptr;
  const long value = std::strtol(word->c_str(), &end, 8);
  if (end != word->c_str() && value >= 0 && value <= 0777) return keep(*word);
  if (modern_) return fatal("Invalid {}.", keyword_);
  fatal("Bad mask.");
}

void ArgumentCheck::check_hash() {
  const std::optional<std::string> word = required("Missing argument.");
  if (!word) return;
  const std::string folded = lowered(*word);
  if (folded == "md5" || folded == "sha1" || folded == "sha256" || folded == "sha384" || folded == "sha512") {
    return keep(*word);
  }
  if (modern_) return fatal("Invalid {} algorithm \"{}\".", keyword_, *word);
  fatal("Invalid hash algorithm \"{}\".", *word);
}

void ArgumentCheck::check_environment() {
  const std::optional<std::string> word = required("missing argument.");
  if (!word) return;
  if (!build_.at_least(7, 8) && *word != "yes" && *word != "no")
    return fatal("Bad yes/no argument: {}", *word);
  keep(*word);
}

}  // namespace reentry
