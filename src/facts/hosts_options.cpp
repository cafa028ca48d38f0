#include "facts/hosts_options.hpp"

#include <strings.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii_case.hpp"

namespace reentry {
namespace {

// What hosts_options(5) takes: options.c's table.
struct WrapperOption {
  std::string_view name;
  bool needs_value = false;
  bool takes_value = false;
  bool last = false;  // nothing may stand behind it
};
constexpr std::array<WrapperOption, 15> kOptions = {{{"user", true, true, false},
                                                     {"group", true, true, false},
                                                     {"umask", true, true, false},
                                                     {"linger", true, true, false},
                                                     {"keepalive", false, false, false},
                                                     {"spawn", true, true, false},
                                                     {"twist", true, true, true},
                                                     {"rfc931", false, true, false},
                                                     {"setenv", true, true, false},
                                                     {"nice", false, true, false},
                                                     {"severity", true, true, false},
                                                     {"allow", false, false, true},
                                                     {"deny", false, false, true},
                                                     {"banners", true, true, false},
                                                     {"aclexec", true, true, false}}};

// options.c:get_field: fields end at `:`, `\:` is a colon of the value.
std::string next_field(std::string_view& options) {
  std::string field;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (options[i] == ':') {
      options.remove_prefix(i + 1);
      return field;
    }
    if (options[i] == '\\' && i + 1 < options.size() && options[i + 1] == ':') ++i;
    field += options[i];
  }
  options = {};
  return field;
}

// Whether the value is one that its option takes: numbers are numbers and nothing behind them.
bool value_fits(std::string_view name, std::string_view value) {
  const auto digits = [value](std::string_view set, std::string_view rest) {
    return !rest.empty() && rest.find_first_not_of(set) == std::string_view::npos && value.size() < 10;
  };
  if (name == "umask") return digits("01234567", value);
  if (name == "linger") return digits("0123456789", value);
  if (name == "rfc931") return value.empty() || (digits("0123456789", value) && value != "0");
  if (name == "nice") {
    return value.empty() ||
           digits("0123456789", value.substr(value.starts_with('-') || value.starts_with('+')));
  }
  return true;
}

}  // namespace

WrapperOptionAnswer wrapper_option_answer(std::string_view options) {
  constexpr std::string_view kBlanks = " \t\r\n";
  while (!options.empty()) {
    std::string field = next_field(options);
    const std::size_t begin = std::min(field.find_first_not_of(kBlanks), field.size());
    field = field.substr(begin, field.find_last_not_of(kBlanks) + 1 - begin);
    const std::size_t end = std::min(field.find_first_of("= \t"), field.size());
    const std::string_view name = std::string_view(field).substr(0, end);
    std::string_view value = std::string_view(field).substr(end);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    if (value.starts_with('=')) {
      value.remove_prefix(1);
      value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    }
    const auto* option = std::find_if(kOptions.begin(), kOptions.end(), [name](const WrapperOption& known) {
      return equal_ignoring_case(known.name, name);
    });
    if (option == kOptions.end() || (option->needs_value && value.empty()) ||
        (!option->takes_value && !value.empty()) || (option->last && !options.empty()) ||
        !value_fits(option->name, value)) {
      return {false, false};
    }
    if (option->name == "allow") return {true, false};
    // twist ends in something that is no login.
    if (option->name == "deny" || option->name == "twist") return {false, false};
    if (option->name == "aclexec") return {std::nullopt, true};
  }
  return {};
}

}  // namespace reentry
