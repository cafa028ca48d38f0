// Whom fail2ban bans anew when it starts (server/jail.py:restoreCurrentBans), as rules of a packet filter:
// what its actions would load. What of its configuration is not modelled leaves the addresses in question
// unknown.
#include <algorithm>
#include <utility>

#include "base/ascii_case.hpp"
#include "collect/firewall.hpp"
#include "collect/unit_file.hpp"
#include "facts/fail2ban.hpp"

namespace reentry {
namespace {

const HostPath kFail2ban("/etc/fail2ban");  // NOLINT(cert-err58-cpp): a constant path
constexpr std::size_t kMostFiles = 128;

// jail.conf, jail.d/*.conf, jail.local, jail.d/*.local, and what they include.
class ConfigFiles {
 public:
  ConfigFiles(FileTree& tree, std::string name) : tree_(tree), name_(std::move(name)) {}

  Known<Fail2banConfig> read() {
    take(kFail2ban / (name_ + ".conf"), false);
    const HostPath folder = kFail2ban / (name_ + ".d");
    const auto names = tree_.list(folder);
    if (!names && !names.is_absent()) return names.missing();
    const auto each = [&](std::string_view ending) {
      if (!names) return;
      for (const std::string& one : *names) {
        if (one.ends_with(ending) && !one.starts_with('.')) take(folder / one, false);
      }
    };
    each(".conf");
    take(kFail2ban / (name_ + ".local"), false);
    each(".local");
    if (missing_) return *missing_;
    return std::move(config_);
  }

 private:
  void take(const HostPath& path, bool included) {
    if (missing_ || ++files_ > kMostFiles) return;
    const FileFact file = tree_.read(path);
    if (file.bytes.is_absent()) return;
    if (!file.bytes) {
      missing_ = file.bytes.missing();
      return;
    }
    const auto others = [&](std::string_view when) {
      if (included && files_ > kMostFiles / 2) return;
      for (const std::string& one : Fail2banConfig::includes(*file.bytes, when)) take(kFail2ban / one, true);
    };
    others("before");
    if (!config_.add(*file.bytes))
      missing_ = Missing{Why::malformed, path.str(), "not what Python's configparser takes"};
    others("after");
  }

  FileTree& tree_;
  std::string name_;
  Fail2banConfig config_;
  std::optional<Missing> missing_;
  std::size_t files_ = 0;
};

bool is_true(const std::optional<std::string>& value) {
  const std::string word = lowered(value.value_or("false"));
  return word == "true" || word == "1" || word == "yes" || word == "on";
}

struct Jail {
  std::string name;
  JailTimes times;
  std::vector<BanAction> actions;
  std::vector<std::pair<int, BitsRange>> ignored;
  std::string unsure;  // what of it is not modelled; empty: nothing
};

std::optional<std::pair<int, BitsRange>> network_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  std::uint64_t length = address->family == 4 ? 32 : 128;
  if (slash != std::string_view::npos) {
    const auto number = parse_number(text.substr(slash + 1));
    if (!number || *number > length) return std::nullopt;
    length = *number;
  }
  return std::pair(address->family, prefix_range(*address, static_cast<unsigned>(length)));
}

void read_ignored(const std::string& text, Jail& jail) {
  constexpr std::string_view kBetween = " \t\n,";
  for (std::size_t at = text.find_first_not_of(kBetween); at != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    const std::string_view word = std::string_view(text).substr(at, end - at);
    if (const auto network = network_of(word)) {
      jail.ignored.push_back(*network);
    } else {
      jail.unsure = "ignoreip = " + std::string(word);
    }
    at = text.find_first_not_of(kBetween, end);
  }
}

// A jail whose log is not there keeps fail2ban from starting (client/jailreader.py:convert), unless it reads
// the journal.
bool has_log(FileTree& tree, const Fail2banConfig& config, const std::string& jail) {
  const auto backend = config.get(jail, "backend");
  if (backend && backend->starts_with("systemd")) return true;
  const std::string paths = config.get(jail, "logpath").value_or("");
  for (std::size_t at = 0; at < paths.size();) {
    const std::size_t end = std::min(paths.find('\n', at), paths.size());
    std::string path = paths.substr(at, end - at);
    path = path.substr(0, path.find(' '));
    at = end + 1;
    if (!path.starts_with('/')) continue;
    const auto found = tree.glob(HostPath(path));
    if (found && !found->empty()) return true;
  }
  return false;
}

Jail read_jail(FileTree& tree, const Fail2banConfig& config, const std::string& name) {
  Jail jail;
  jail.name = name;
  const auto time = [&](const char* option, std::int64_t otherwise) {
    if (!config.has(name, option)) return otherwise;
    const auto text = config.get(name, option);
    const auto seconds = text ? seconds_of(*text) : std::nullopt;
    if (!seconds) jail.unsure = option;
    return seconds.value_or(otherwise);
  };
  jail.times.bantime = time("bantime", 600);
  jail.times.increment = is_true(config.get(name, "bantime.increment"));
  jail.times.maxtime = time("bantime.maxtime", -1);
  if (const auto command = config.get(name, "ignorecommand"); command && !command->empty())
    jail.unsure = "ignorecommand";
  read_ignored(config.get(name, "ignoreip").value_or(""), jail);
  const auto actions = config.get(name, "action");
  if (actions) jail.actions = parse_ban_actions(*actions);
  if (!actions) jail.unsure = "action";
  std::string filter = config.get(name, "filter").value_or(name);
  filter = filter.substr(0, filter.find('['));
  const HostPath filters = kFail2ban / "filter.d";
  if (!tree.locate(filters / (filter + ".conf")).found() &&
      !tree.locate(filters / (filter + ".local")).found())
    jail.unsure = "filter = " + filter;
  return jail;
}

bool has_program(FileTree& tree, const std::string& name) {
  for (const char* folder : {"/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin"}) {
    if (tree.locate(HostPath(folder) / name).found()) return true;
  }
  return false;
}

// What all actions of a jail do together.
BanReach reach_of_jail(FileTree& tree, const Jail& jail) {
  BanReach sum;
  sum.effect = BanEffect::none;
  for (const BanAction& action : jail.actions) {
    BanReach one = reach_of(action);
    const HostPath actions = kFail2ban / "action.d";
    if (one.effect == BanEffect::stops && !one.program.empty()) {
      if (!has_program(tree, one.program)) continue;  // the command fails, and nobody is kept out
      const bool changed = tree.locate(actions / (action.name + ".local")).found() ||
                           !tree.locate(actions / (action.name + ".conf")).found();
      if (changed) one.effect = BanEffect::unknown;
    }
    if (one.effect == BanEffect::none) continue;
    if (sum.effect != BanEffect::stops) sum.effect = one.effect;
    sum.drops = one.drops;
    sum.every_port = sum.every_port || one.every_port;
    sum.ports.insert(sum.ports.end(), one.ports.begin(), one.ports.end());
  }
  if (!jail.unsure.empty()) sum.effect = sum.effect == BanEffect::none ? sum.effect : BanEffect::unknown;
  return sum;
}

SetElement element_of(const BitsRange& range) {
  SetElement out;
  out.key = {range};
  return out;
}

class BanRules {
 public:
  explicit BanRules(std::string file) : file_(std::move(file)) {
    table_.family = "inet";
    table_.name = "f2b-table";
    table_.tool = "fail2ban";
  }

  void add(const Jail& jail, const BanReach& reach, int family, std::vector<SetElement> elements) {
    if (elements.empty()) return;
    PacketRule rule;
    rule.place.tool = table_.tool;
    rule.place.family = table_.family;
    rule.place.table = table_.name;
    rule.place.chain = "f2b-" + jail.name;
    rule.place.number = 1;
    rule.place.file = file_;
    PacketStatement sources;
    sources.key = {{family == 4 ? PacketField::source4 : PacketField::source6, std::nullopt}};
    sources.elements = std::move(elements);
    rule.statements.push_back(std::move(sources));
    if (!reach.every_port && reach.effect == BanEffect::stops) {
      PacketStatement ports;
      ports.key = {{PacketField::destination_port, std::nullopt}};
      for (const BitsRange& range : reach.ports) ports.elements.push_back(element_of(range));
      rule.statements.push_back(std::move(ports));
    }
    PacketStatement end;
    end.kind = PacketStatement::Kind::elsewhere;
    end.text = "fail2ban [" + jail.name + "] " + jail.unsure;
    if (reach.effect == BanEffect::stops) {
      end.kind = reach.drops ? PacketStatement::Kind::verdict : PacketStatement::Kind::reject;
      end.verdict = reach.drops ? PacketVerdict::drop : PacketVerdict::none;
      end.text = reach.drops ? "" : "icmpx port-unreachable";
    }
    rule.statements.push_back(std::move(end));
    PacketChain chain;
    chain.name = rule.place.chain;
    chain.hook = PacketHook::input;
    chain.priority = -1;
    chain.rules.push_back(std::move(rule));
    table_.chains.push_back(std::move(chain));
  }

  PacketRules take() {
    PacketRules out;
    if (!table_.chains.empty()) out.tables.push_back(std::move(table_));
    return out;
  }

 private:
  std::string file_;
  PacketTable table_;
};

bool is_ignored(const Jail& jail, const std::pair<int, BitsRange>& network) {
  return std::any_of(jail.ignored.begin(), jail.ignored.end(), [&](const auto& one) {
    return one.first == network.first && one.second.has(network.second);
  });
}

void add_jail(FileTree& tree, const Jail& jail, const std::vector<SavedBan>& bans, Facts& facts,
              BanRules& rules) {
  const BanReach reach = reach_of_jail(tree, jail);
  if (reach.effect == BanEffect::none) return;
  std::vector<SetElement> v4;
  std::vector<SetElement> v6;
  for (const SavedBan& ban : bans) {
    if (ban.jail != jail.name) continue;
    const auto network = network_of(ban.address);
    if (!network || is_ignored(jail, *network)) continue;
    const std::int64_t end = end_of_restored(ban, jail.times, facts.now);
    if (end == 0) continue;
    (network->first == 4 ? v4 : v6).push_back(element_of(network->second));
    facts.firewall.bans.push_back({ban.jail, ban.address, network->first, network->second, end});
  }
  rules.add(jail, reach, 4, std::move(v4));
  rules.add(jail, reach, 6, std::move(v6));
}

}  // namespace

Known<PacketRules> saved_bans_of(FileTree& tree, Facts& facts) {
  if (!tree.locate(kFail2ban / "jail.conf").found() || !unit_is_enabled(tree, "fail2ban.service"))
    return PacketRules{};
  const LoadedUnit unit = load_unit(tree, "fail2ban.service", {"fail2ban.service"});
  if (!unit.found || unit.masked || !has_program(tree, "fail2ban-server")) return PacketRules{};
  const Known<Fail2banConfig> own = ConfigFiles(tree, "fail2ban").read();
  if (!own) return own.missing();
  std::string file = "/var/lib/fail2ban/fail2ban.sqlite3";
  for (const char* section : {"Definition", "DEFAULT"}) {
    if (const auto named = own->get(section, "dbfile")) file = *named;
  }
  if (!file.starts_with('/')) return PacketRules{};  // None, :memory:
  FileFact database = tree.read(HostPath(file));
  if (database.bytes.is_absent()) return PacketRules{};
  if (!database.bytes) return database.bytes.missing();
  const auto bans = saved_bans(*database.bytes);
  if (!bans) return Missing{bans.missing().why, file, bans.missing().detail};
  if (bans->empty()) return PacketRules{};
  const Known<Fail2banConfig> config = ConfigFiles(tree, "jail").read();
  if (!config) return config.missing();
  std::vector<Jail> jails;
  std::string lost;
  for (const std::string& name : config->sections()) {
    if (!is_true(config->get(name, "enabled"))) continue;
    jails.push_back(read_jail(tree, *config, name));
    if (!has_log(tree, *config, name)) lost = "logpath of [" + name + "]";
  }
  BanRules rules(file);
  for (Jail& jail : jails) {
    if (!lost.empty()) jail.unsure = lost;
    add_jail(tree, jail, *bans, facts, rules);
  }
  facts.firewall.ban_file = file;
  facts.firewall.ban_tool_runs = tree.locate(HostPath("/run/fail2ban/fail2ban.sock")).found();
  if (facts.paths.find(HostPath(file)) == nullptr) facts.paths.put(std::move(database));
  return rules.take();
}

}  // namespace reentry
