// Which methods are offered and whether the credential asked about goes through one: auth2.c, then the method
// itself.
#include <algorithm>
#include <utility>

#include "base/shown.hpp"
#include "login/exhibits.hpp"
#include "login/gates.hpp"
#include "login/key_verdict.hpp"
#include "login/ways_in.hpp"

namespace reentry {
namespace {

constexpr std::string_view kMethodsGate = "auth/methods";

bool is_password_method(const std::string& method) {
  return method == "password" || method == "keyboard-interactive";
}

// Whether the credential alone passes every step of the list. Two publickey steps want two different keys.
bool satisfies(const MethodList& list, CredentialKind kind) {
  const auto keys = std::count(list.begin(), list.end(), "publickey");
  const bool known = std::all_of(list.begin(), list.end(), [](const std::string& method) {
    return method == "publickey" || is_password_method(method);
  });
  switch (kind) {
    case CredentialKind::key: return list.size() == 1 && keys == 1;
    case CredentialKind::password: return known && keys == 0;
    case CredentialKind::any: return known && keys <= 1;
  }
  return false;
}

std::string text_of(const std::vector<MethodList>& lists) {
  std::string text;
  for (const MethodList& list : lists) {
    if (!text.empty()) text += ' ';
    for (std::size_t i = 0; i < list.size(); ++i) text += (i == 0 ? "" : ",") + list[i];
  }
  return text;
}

Obstacle nothing_enabled(const GateInput& input) {
  const bool bound = methods_are_bound(input);
  Obstacle obstacle{Cause::auth_no_method_enabled, {}, {}, {{"user", input.question.user}}};
  if (bound) {
    const Setting& methods = input.connection["authenticationmethods"];
    obstacle.at = config_exhibit(input.facts, methods.at);
    obstacle.details.emplace_back("lists", joined(methods.values));
  }
  for (const std::string_view keyword :
       {"pubkeyauthentication", "passwordauthentication", "kbdinteractiveauthentication"}) {
    const Setting& setting = input.connection[keyword];
    if (setting.at.is_default()) continue;
    Exhibit exhibit = config_exhibit(input.facts, setting.at);
    if (obstacle.at.path.empty()) {
      obstacle.at = std::move(exhibit);
    } else {
      obstacle.evidence.push_back(std::move(exhibit));
    }
  }
  return obstacle;
}

// auth2.c: MaxAuthTries, auth2_setup_methods_lists.
Gate methods_gate(const GateInput& input, const std::vector<MethodList>& lists) {
  Gate gate = gate_of(kMethodsGate, GateResult::pass,
                      say("offered: {}", "利用できる方式: {}", shown(text_of(lists))));
  const Setting& tries = input.connection["maxauthtries"];
  if (!tries.uncertain && tries.first() == "0") {
    gate.obstacles.push_back({Cause::auth_max_tries_zero, config_exhibit(input.facts, tries.at), {}, {}});
    gate.detail = say("MaxAuthTries 0 ends the login before its first try",
                      "MaxAuthTries 0 のため、最初の試行の前に切断されます");
  }
  if (input.connection["authenticationmethods"].uncertain) {
    gate.unknown.push_back({Why::not_asked, input.connection["authenticationmethods"].at.file, "Match"});
  } else if (lists.empty()) {
    gate.obstacles.push_back(nothing_enabled(input));
    gate.detail = say("no authentication method is enabled", "有効な認証方式がありません");
  } else if (methods_are_bound(input) &&
             std::none_of(lists.begin(), lists.end(),
                          [&](const MethodList& list) { return satisfies(list, input.question.kind); })) {
    const Setting& methods = input.connection["authenticationmethods"];
    gate.obstacles.push_back(
        {Cause::auth_methods_need_more,
         config_exhibit(input.facts, methods.at),
         {},
         {{"user", input.question.user},
          {"lists", text_of(lists)},
          {"credential", input.question.kind == CredentialKind::key ? "publickey" : "password"}}});
    gate.detail = say("AuthenticationMethods asks for more than this: {}",
                      "AuthenticationMethods はこれだけでは足りません: {}", shown(text_of(lists)));
  }
  settle(gate);
  return gate;
}

bool needs(const std::vector<MethodList>& lists, bool key) {
  return std::any_of(lists.begin(), lists.end(), [key](const MethodList& list) {
    return satisfies(list, CredentialKind::any) &&
           std::any_of(list.begin(), list.end(), [key](const std::string& method) {
             return key ? method == "publickey" : is_password_method(method);
           });
  });
}

// Whether every list that can be passed wants a key and a password together.
bool only_together(const std::vector<MethodList>& lists) {
  bool any = false;
  for (const MethodList& list : lists) {
    if (!satisfies(list, CredentialKind::any)) continue;
    if (!needs({list}, true) || !needs({list}, false)) return false;
    any = true;
  }
  return any;
}

// For `any`: the way that lets in; where none does for sure, the undecided one; else all that refuse.
std::vector<Gate> any_way(const GateInput& input, const std::vector<MethodList>& lists) {
  const bool by_key = lists.empty() || needs(lists, true);
  const bool by_password = lists.empty() || needs(lists, false);
  std::vector<Gate> gates;
  if (by_key) gates.push_back(key_verdict(input).gate);
  if (only_together(lists)) {
    gates.push_back(password_gate(input));
    return gates;
  }
  if (!gates.empty() && gates.front().result == GateResult::pass) return gates;
  if (by_password) gates.push_back(password_gate(input));
  for (const GateResult wanted : {GateResult::pass, GateResult::unknown}) {
    for (Gate& gate : gates) {
      if (gate.result == wanted) return {std::move(gate)};
    }
  }
  return gates;
}

// Nobody gets as far as the key where the client's first try, without any credential, opens.
Gate key_gate(const GateInput& input) {
  Gate gate = key_verdict(input).gate;
  if (gate.result == GateResult::pass || !needs_no_credential(input)) return gate;
  return gate_of("auth/publickey", GateResult::pass,
                 say("nobody asks for the key: the password of {} is empty and PermitEmptyPasswords takes it",
                     "鍵は求められません: {} のパスワードが空で、PermitEmptyPasswords により許可されます",
                     shown(input.question.user)));
}

}  // namespace

std::vector<Gate> method_gates(const GateInput& input) {
  const std::vector<MethodList> lists = method_lists(input);
  std::vector<Gate> gates = {methods_gate(input, lists)};
  switch (input.question.kind) {
    case CredentialKind::key:
      if (input.question.key) gates.push_back(key_gate(input));
      break;
    case CredentialKind::password: gates.push_back(password_gate(input)); break;
    case CredentialKind::any:
      for (Gate& gate : any_way(input, lists)) gates.push_back(std::move(gate));
      break;
  }
  return gates;
}

}  // namespace reentry
