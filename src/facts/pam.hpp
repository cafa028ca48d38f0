// The target's PAM configuration for sshd, as libpam reads it: which modules stand in which stack, what each
// of their answers does, and which lines libpam itself can't use. Sources: Linux-PAM libpam/pam_handlers.c,
// pam_misc.c, pam.d(5); Debian's patch 031_pam_include for `@include`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/host_path.hpp"
#include "base/known.hpp"
#include "facts/path.hpp"

namespace reentry {

// Return values of PAM functions (security/_pam_types.h); the numbers are libpam's own.
enum class PamCode : std::uint8_t {
  success = 0,
  open_err = 1,
  symbol_err = 2,
  service_err = 3,
  system_err = 4,
  buf_err = 5,
  perm_denied = 6,
  auth_err = 7,
  cred_insufficient = 8,
  authinfo_unavail = 9,
  user_unknown = 10,
  maxtries = 11,
  new_authtok_reqd = 12,
  acct_expired = 13,
  session_err = 14,
  cred_unavail = 15,
  cred_expired = 16,
  cred_err = 17,
  no_module_data = 18,
  conv_err = 19,
  authtok_err = 20,
  authtok_recover_err = 21,
  authtok_lock_busy = 22,
  authtok_disable_aging = 23,
  try_again = 24,
  ignore = 25,
  abort = 26,
  authtok_expired = 27,
  module_unknown = 28,
  bad_item = 29,
  conv_again = 30,
  incomplete = 31,
};
constexpr std::size_t kPamCodes = 32;
// As control fields write it: `success`, `new_authtok_reqd` …
[[nodiscard]] std::string_view name_of(PamCode code);

enum class PamType : std::uint8_t { auth, account, session, password };
[[nodiscard]] std::string_view name_of(PamType type);

// What a return value does to the stack: one of these, or a positive number of modules to jump over.
constexpr int kPamIgnore = 0;
constexpr int kPamOk = -1;
constexpr int kPamDone = -2;
constexpr int kPamBad = -3;
constexpr int kPamDie = -4;
constexpr int kPamReset = -5;

// One entry of a stack in the order in which libpam walks it, included files in place.
struct PamHandler {
  enum class Kind : std::uint8_t {
    module,
    silent_module,  // `-type`: a module that can't be loaded is not logged, but still answers module_unknown
    must_fail,      // libpam could not use the line: it answers perm_denied
    substack,       // marks where a substack begins; answers nothing
  };
  Kind kind = Kind::module;
  int level = 0;  // depth of substack
  std::array<int, kPamCodes> actions{};
  std::string control;  // as written: `required`, `success=1 default=ignore`
  std::string module;   // as written: `pam_unix.so` or a path; empty for must_fail without one
  std::vector<std::string> arguments;
  std::string fault;  // what libpam logs about a line that it can't use: of must_fail, and of a control field
                      // that can't be read, whose every action is then bad
  std::string file;   // where the line stands, as the target sees it
  std::size_t line = 0;
  std::string text;  // the line as it stands, continuation lines joined
  bool operator==(const PamHandler&) const = default;
};

// One complaint of libpam while it reads.
struct PamProblem {
  std::string file;
  std::size_t line = 0;
  std::string text;     // the line
  std::string message;  // as libpam logs it: `illegal module type: acount`
  bool operator==(const PamProblem&) const = default;
};

// What pam_start(SERVICE) makes of the files.
struct PamService {
  std::string name;
  bool usable = false;  // false: pam_start fails, sshd dies with `PAM: initialisation failed`
  std::string file;     // the service's own file, empty where there is none and `other` serves
  std::array<std::vector<PamHandler>, 4> own;    // by PamType
  std::array<std::vector<PamHandler>, 4> other;  // what serves a type that `own` has no entry for
  std::vector<PamProblem> problems;
  std::vector<Missing> unread;  // files that libpam reads and we could not
  bool operator==(const PamService&) const = default;

  // The stack that libpam walks for `type`: the service's own, or `other`'s where that has no entry.
  [[nodiscard]] const std::vector<PamHandler>& stack(PamType type) const;
};

// Linux-PAM MAJOR.MINOR.PATCH, for rules that changed.
struct PamVersion {
  int major = 1;
  int minor = 5;
  int patch = 2;
  auto operator<=>(const PamVersion&) const = default;
};

struct PamFacts {
  Known<PamVersion> version;                 // from the name or bytes of libpam.so.0
  bool debian_include = false;               // libpam knows `@include`
  Known<bool> yescrypt;                      // libcrypt is libxcrypt, which knows more than glibc's own
  std::vector<HostPath> module_directories;  // where libpam looks for a module without a path
  // Files that a module reads besides its main one, in its order; their bytes stand in Facts::paths.
  std::vector<HostPath> access_files;       // /etc/security/access.d/*.conf
  std::vector<HostPath> limits_files;       // /etc/security/limits.d/*.conf
  std::vector<HostPath> tally_directories;  // of pam_faillock, listed whole: a file that is not in
                                            // Facts::paths does not exist
  Known<std::int64_t> utc_offset;           // seconds east of UTC at Facts::now, from /etc/localtime
  PamService sshd;                          // service `sshd`, or what PAMServiceName says (9.8+)
  // Modules named in the stacks, by the name as written: the file that dlopen would take. Absent: it can't be
  // loaded.
  std::unordered_map<std::string, PathFact> modules;
};

// A file of the configuration; `bytes` Missing absent where libpam would not find it either.
struct PamInput {
  virtual Known<std::string> read(const HostPath& path) = 0;
  virtual bool is_directory(const HostPath& path) = 0;
  virtual ~PamInput() = default;
};

// What pam_start(service) reads: /etc/pam.d, then /usr/lib/pam.d, /etc/pam.conf where neither exists.
// Bounded: 16 levels of include (libpam allows 16 substacks; deeper includes never end there), 4096 entries.
[[nodiscard]] PamService parse_pam_service(PamInput& input, std::string_view service, bool debian_include);

// The control field, brackets taken off: `required`, or `success=ok default=bad`. False when libpam would log
// `pam_parse: expecting …`; every action is then bad.
bool parse_pam_control(std::string_view control, std::array<int, kPamCodes>& actions);

}  // namespace reentry
