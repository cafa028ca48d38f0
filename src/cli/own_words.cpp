#include "cli/own_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/shown.hpp"

namespace reentry::cli {
namespace {

void add(std::string& out, std::string_view option, const std::string& value) {
  out += (out.empty() ? "" : " ") + std::string(option) + " " + quoted(value);
}

}  // namespace

std::string quoted(const std::string& word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("@%+=:,./_-").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  out += "'";
  // What shown() would have to change can only be typed as $'…'.
  if (shown(out, 0) == out) return out;
  out = "$'";
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      out += std::string("\\") + c;
    } else if (byte < 0x20U || byte >= 0x7fU) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string target_arguments(const TargetOptions& options) {
  std::string out;
  if (options.root) add(out, "--root", *options.root);
  return out;
}

std::string login_arguments(const TargetOptions& options) {
  std::string out;
  for (const std::string& user : options.users) add(out, "--user", user);
  for (const std::string& key : options.keys) add(out, "--key", key);
  if (options.from) add(out, "--from", *options.from);
  if (options.port) add(out, "--port", std::to_string(*options.port));
  if (options.password) out += (out.empty() ? "" : " ") + std::string("--password");
  if (options.reboot) out += (out.empty() ? "" : " ") + std::string("--reboot");
  return out;
}

std::string fix_command(const FixOptions& options) {
  std::string out = "reentry fix";
  for (const std::string& words : {target_arguments(options.target), login_arguments(options.target)}) {
    if (!words.empty()) out += " " + words;
  }
  for (const std::string& cause : options.only) add(out, "--only", cause);
  if (options.choice) out += " --risk choice";
  return out;
}

}  // namespace reentry::cli
