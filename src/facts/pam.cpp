#include "facts/pam.hpp"

#include <algorithm>
#include <cctype>

#include "base/ascii_case.hpp"

namespace reentry {
namespace {

// libpam/include/security/_pam_types.h and pam_tokens.h, by number.
constexpr std::array<std::string_view, kPamCodes> kCodeNames = {"success",
                                                                "open_err",
                                                                "symbol_err",
                                                                "service_err",
                                                                "system_err",
                                                                "buf_err",
                                                                "perm_denied",
                                                                "auth_err",
                                                                "cred_insufficient",
                                                                "authinfo_unavail",
                                                                "user_unknown",
                                                                "maxtries",
                                                                "new_authtok_reqd",
                                                                "acct_expired",
                                                                "session_err",
                                                                "cred_unavail",
                                                                "cred_expired",
                                                                "cred_err",
                                                                "no_module_data",
                                                                "conv_err",
                                                                "authtok_err",
                                                                "authtok_recover_err",
                                                                "authtok_lock_busy",
                                                                "authtok_disable_aging",
                                                                "try_again",
                                                                "ignore",
                                                                "abort",
                                                                "authtok_expired",
                                                                "module_unknown",
                                                                "bad_item",
                                                                "conv_again",
                                                                "incomplete"};

// By the negated number of the action.
constexpr std::array<std::string_view, 6> kActionNames = {"ignore", "ok", "done", "bad", "die", "reset"};

constexpr int kUnset = -6;
constexpr int kMostJump = 1000000;

std::string_view skip_pam_space(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  return text;
}

void set_default(std::array<int, kPamCodes>& actions, int action) {
  for (int& entry : actions) {
    if (entry == kUnset) entry = action;
  }
}

int& action_of(std::array<int, kPamCodes>& actions, PamCode code) {
  return actions[static_cast<std::size_t>(code)];
}

// Index of the return value whose name `text` begins with, kPamCodes for `default`, kPamCodes + 1 for none.
std::size_t take_code(std::string_view& text) {
  for (std::size_t i = 0; i < kPamCodes; ++i) {
    if (text.substr(0, kCodeNames[i].size()) == kCodeNames[i]) {
      text.remove_prefix(kCodeNames[i].size());
      return i;
    }
  }
  constexpr std::string_view kDefault = "default";
  if (text.substr(0, kDefault.size()) != kDefault) return kPamCodes + 1;
  text.remove_prefix(kDefault.size());
  return kPamCodes;
}

bool take_action(std::string_view& text, int& action) {
  for (std::size_t i = 0; i < kActionNames.size(); ++i) {
    if (text.substr(0, kActionNames[i].size()) == kActionNames[i]) {
      text.remove_prefix(kActionNames[i].size());
      action = -static_cast<int>(i);
      return true;
    }
  }
  action = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    action = std::min(kMostJump, action * 10 + (text.front() - '0'));
    text.remove_prefix(1);
  }
  return action != 0;
}

// pam_misc.c:_pam_parse_control.
bool parse_pairs(std::string_view text, std::array<int, kPamCodes>& actions) {
  while (!(text = skip_pam_space(text)).empty()) {
    const std::size_t code = take_code(text);
    if (code > kPamCodes || text.empty()) return false;
    text = skip_pam_space(text);
    if (text.empty() || text.front() != '=') return false;
    text = skip_pam_space(text.substr(1));
    int action = 0;
    if (text.empty() || !take_action(text, action)) return false;
    if (code == kPamCodes) {
      set_default(actions, action);
    } else {
      actions[code] = action;
    }
  }
  return true;
}

}  // namespace

std::string_view name_of(PamCode code) {
  return kCodeNames[static_cast<std::size_t>(code)];
}

std::string_view name_of(PamType type) {
  constexpr std::array<std::string_view, 4> kNames = {"auth", "account", "session", "password"};
  return kNames[static_cast<std::size_t>(type)];
}

const std::vector<PamHandler>& PamService::stack(PamType type) const {
  const auto index = static_cast<std::size_t>(type);
  return own[index].empty() ? other[index] : own[index];
}

bool parse_pam_control(std::string_view control, std::array<int, kPamCodes>& actions) {
  actions.fill(kUnset);
  const bool required = equal_ignoring_case(control, "required");
  const bool requisite = equal_ignoring_case(control, "requisite");
  const bool optional = equal_ignoring_case(control, "optional");
  const bool sufficient = equal_ignoring_case(control, "sufficient");
  if (!required && !requisite && !optional && !sufficient) {
    const bool fine = parse_pairs(control, actions);
    if (!fine) actions.fill(kPamBad);
    set_default(actions, kPamBad);
    return fine;
  }
  action_of(actions, PamCode::success) = sufficient ? kPamDone : kPamOk;
  action_of(actions, PamCode::new_authtok_reqd) = sufficient ? kPamDone : kPamOk;
  action_of(actions, PamCode::ignore) = kPamIgnore;
  set_default(actions, required ? kPamBad : requisite ? kPamDie : kPamIgnore);
  return true;
}

}  // namespace reentry
