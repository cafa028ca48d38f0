#include "login/ways_in.hpp"

#include <algorithm>
#include <string_view>

namespace reentry {
namespace {

bool is_enabled(const GateInput& input, std::string_view method) {
  if (method == "publickey") return publickey_enabled(input);
  if (method == "password") return password_enabled(input);
  if (method == "keyboard-interactive") return keyboard_interactive_enabled(input);
  if (method == "hostbased") return input.connection.yes("hostbasedauthentication");
  if (method == "gssapi-with-mic")
    return input.facts.ssh.gssapi && input.connection.yes("gssapiauthentication");
  return false;
}

MethodList split(std::string_view text) {
  MethodList list;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view method = text.substr(0, comma);
    list.emplace_back(method.substr(0, method.find(':')));
    if (comma == std::string_view::npos) return list;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

bool publickey_enabled(const GateInput& input) {
  return input.connection.yes("pubkeyauthentication");
}

bool password_enabled(const GateInput& input) {
  return input.connection.yes("passwordauthentication");
}

bool keyboard_interactive_enabled(const GateInput& input) {
  return input.connection.yes("kbdinteractiveauthentication") ||
         (!input.facts.ssh.at_least(8, 7) && input.connection.yes("challengeresponseauthentication"));
}

bool methods_are_bound(const GateInput& input) {
  const std::vector<std::string>& values = input.connection["authenticationmethods"].values;
  return !values.empty() && values.front() != "any";
}

std::vector<MethodList> method_lists(const GateInput& input) {
  std::vector<MethodList> lists;
  if (!methods_are_bound(input)) {
    for (const std::string_view method :
         {"publickey", "password", "keyboard-interactive", "hostbased", "gssapi-with-mic"}) {
      if (is_enabled(input, method)) lists.push_back({std::string(method)});
    }
    return lists;
  }
  for (const std::string& value : input.connection["authenticationmethods"].values) {
    MethodList list = split(value);
    if (std::all_of(list.begin(), list.end(),
                    [&](const std::string& method) { return is_enabled(input, method); })) {
      lists.push_back(std::move(list));
    }
  }
  return lists;
}

}  // namespace reentry
