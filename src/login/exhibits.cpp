#include "login/exhibits.hpp"

#include <utility>

namespace reentry {
namespace {

// `$6$rounds=5000$…` -> `$6$…`; marks in front of the hash are kept, since they lock the account.
std::string without_secret(std::string_view hash) {
  std::size_t marks = 0;
  while (marks < hash.size() && (hash[marks] == '!' || hash[marks] == '*')) ++marks;
  std::string kept(hash.substr(0, marks));
  const std::string_view rest = hash.substr(marks);
  if (rest.empty() || rest == "x") return kept + std::string(rest);
  if (rest.front() == '$') {
    const std::size_t end = rest.find('$', 1);
    if (end < 8) return kept + std::string(rest.substr(0, end + 1)) + "…";
  }
  return kept + "…";
}

Stage stage_of(std::string_view id) {
  for (const Stage stage :
       {Stage::session, Stage::account, Stage::service, Stage::banner, Stage::kex, Stage::network,
        Stage::system, Stage::cloud, Stage::client, Stage::dns, Stage::hostkey}) {
    if (id.starts_with(name_of(stage))) return stage;
  }
  return Stage::auth;
}

std::string days(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : std::string();
}

// Where the options of sshd's command line stand. Without a line: it is none of sshd_config's, and no edit of
// those must touch it.
Exhibit option_exhibit(const SshdArguments& arguments) {
  Exhibit exhibit{arguments.source.empty() ? "process" : "file",
                  arguments.source.empty() ? "sshd" : arguments.source,
                  0,
                  {}};
  if (arguments.options.size() != 1) return exhibit;
  const auto& [text, where] = arguments.options.front();
  exhibit.text = text;
  if (where.starts_with('/')) exhibit.path = where.substr(0, where.rfind(':'));
  return exhibit;
}

}  // namespace

std::string line_of(std::string_view bytes, std::size_t line) {
  for (std::size_t i = 1; i < line; ++i) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) return {};
    bytes.remove_prefix(end + 1);
  }
  return line == 0 ? std::string() : std::string(bytes.substr(0, bytes.find('\n')));
}

Exhibit config_exhibit(const Facts& facts, const ConfigOrigin& origin) {
  if (origin.file == "command-line") return option_exhibit(facts.arguments);
  Exhibit exhibit{"file", origin.file, origin.line, {}};
  for (const ConfigFile& file : facts.config.files) {
    if (file.path.str() == origin.file) exhibit.text = line_of(file.bytes, origin.line);
  }
  return exhibit;
}

Exhibit passwd_exhibit(const PasswdEntry& user) {
  return {"file", "/etc/passwd", user.line,
          user.name + ":" + without_secret(user.password) + ":" + std::to_string(user.uid) + ":" +
              std::to_string(user.gid) + ":" + user.gecos + ":" + user.home + ":" + user.shell};
}

Exhibit shadow_exhibit(const ShadowEntry& entry) {
  return {"file", "/etc/shadow", entry.line,
          entry.name + ":" + without_secret(entry.hash) + ":" + days(entry.last_change) + ":" +
              days(entry.min_days) + ":" + days(entry.max_days) + ":" + days(entry.warn_days) + ":" +
              days(entry.inactive_days) + ":" + days(entry.expire_day) + ":"};
}

Exhibit nsswitch_exhibit(const AccountFacts& accounts, const NssDatabase& database) {
  Exhibit exhibit{"file", "/etc/nsswitch.conf", database.line, {}};
  if (accounts.nsswitch) exhibit.text = line_of(*accounts.nsswitch, database.line);
  return exhibit;
}

Exhibit file_exhibit(const Facts& facts, std::string_view path, std::size_t line) {
  Exhibit exhibit{"file", std::string(path), line, {}};
  const FileFact* file = facts.paths.find(HostPath(path));
  if (file != nullptr && file->bytes) exhibit.text = line_of(*file->bytes, line);
  return exhibit;
}

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    if (!text.empty()) text += ' ';
    text += value;
  }
  return text;
}

Gate gate_of(std::string_view id, GateResult result, Text detail) {
  Gate gate;
  gate.id = id;
  gate.stage = stage_of(id);
  gate.result = result;
  gate.detail = std::move(detail);
  return gate;
}

Gate unknown_gate(std::string_view id, std::vector<Missing> missing, Text detail) {
  Gate gate = gate_of(id, GateResult::unknown, std::move(detail));
  gate.unknown = std::move(missing);
  return gate;
}

void settle(Gate& gate) {
  gate.result = !gate.obstacles.empty() ? GateResult::refuse
                : !gate.unknown.empty() ? GateResult::unknown
                                        : GateResult::pass;
}

}  // namespace reentry
