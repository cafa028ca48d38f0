// What firewalld makes of its files when it starts: firewalld.conf, zones, services and ipsets of
// /etc/firewalld over those of /usr/lib/firewalld.
#include <algorithm>
#include <set>
#include <utility>

#include "collect/firewall.hpp"
#include "facts/firewalld.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMostFirewalldFiles = 500;

// The administrator's file of that kind and name, else the package's.
FileFact firewalld_file(FileTree& tree, const std::string& kind, const std::string& name) {
  FileFact file = tree.read(HostPath("/etc/firewalld") / kind / (name + ".xml"));
  if (!file.bytes.is_absent()) return file;
  return tree.read(HostPath("/usr/lib/firewalld") / kind / (name + ".xml"));
}

// Names of both places, without `.xml`.
Known<std::set<std::string>> firewalld_names(FileTree& tree, const char* kind) {
  std::set<std::string> out;
  for (const char* folder : {"/etc/firewalld", "/usr/lib/firewalld"}) {
    const auto names = tree.list(HostPath(folder) / kind);
    if (!names && !names.is_absent()) return names.missing();
    if (!names) continue;
    for (const std::string& name : *names) {
      if (name.ends_with(".xml")) out.insert(name.substr(0, name.size() - 4));
    }
  }
  if (out.size() > kMostFirewalldFiles) return Missing{Why::unreadable, "/etc/firewalld", "too many files"};
  return out;
}

class FirewalldReader {
 public:
  FirewalldReader(FileTree& tree, Facts& facts) : tree_(tree), facts_(facts) {}

  Known<PacketRules> read() {
    const FileFact conf = tree_.read(HostPath("/etc/firewalld/firewalld.conf"));
    if (!conf.bytes && !conf.bytes.is_absent()) return conf.bytes.missing();
    if (conf.bytes) {
      const std::string zone = firewalld_setting(*conf.bytes, "DefaultZone");
      if (!zone.empty()) config_.default_zone = zone;
      if (firewalld_setting(*conf.bytes, "AllowZoneDrifting") == "yes")
        return Missing{Why::not_asked, conf.path.asked.str(), "AllowZoneDrifting=yes"};
    }
    if (auto other = others()) return *other;
    const auto names = firewalld_names(tree_, "zones");
    if (!names) return names.missing();
    for (const std::string& name : *names) {
      if (auto missing = take_zone(name)) return *missing;
    }
    for (const FirewalldZone& zone : config_.zones) collect_named(zone);
    return rules_of(config_);
  }

 private:
  // What may decide besides the zones.
  std::optional<Missing> others() {
    const FileFact direct = tree_.read(HostPath("/etc/firewalld/direct.xml"));
    if (!direct.bytes && !direct.bytes.is_absent()) return direct.bytes.missing();
    for (const char* word : {"<rule", "<passthrough"}) {
      if (direct.bytes && direct.bytes->find(word) != std::string::npos)
        return Missing{Why::not_asked, direct.path.asked.str(), "direct rules"};
    }
    const auto policies = firewalld_names(tree_, "policies");
    if (!policies) return policies.missing();
    for (const std::string& name : *policies) {
      const FileFact file = firewalld_file(tree_, "policies", name);
      if (!file.bytes) return file.bytes.missing();
      const auto judges = policy_judges_input(*file.bytes, file.path.asked.str());
      if (!judges) return judges.missing();
      if (*judges) return Missing{Why::not_asked, file.path.asked.str(), "a policy for packets to this host"};
    }
    return zone_of_a_connection();
  }

  // NetworkManager and the older network scripts may put an interface into a zone of their choice.
  std::optional<Missing> zone_of_a_connection() {
    for (const char* pattern :
         {"/etc/NetworkManager/system-connections/*", "/etc/sysconfig/network-scripts/ifcfg-*"}) {
      const auto files = tree_.glob(HostPath(pattern));
      if (!files) return files.missing();
      for (const HostPath& path : *files) {
        const FileFact file = tree_.read(path);
        if (!file.bytes) return file.bytes.missing();
        if (!firewalld_setting(*file.bytes, "zone").empty() ||
            !firewalld_setting(*file.bytes, "ZONE").empty())
          return Missing{Why::not_asked, path.str(), "the zone of a connection"};
      }
    }
    return std::nullopt;
  }

  std::optional<Missing> take_zone(const std::string& name) {
    FileFact file = firewalld_file(tree_, "zones", name);
    if (!file.bytes) return file.bytes.missing();
    auto zone = parse_firewalld_zone(*file.bytes, name, file.path.asked.str());
    if (!zone) return zone.missing();
    const bool used = name == config_.default_zone || !zone->interfaces.empty() || !zone->sources.empty();
    if (!used) return std::nullopt;
    config_.zones.push_back(std::move(*zone));
    if (facts_.paths.find(file.path.asked) == nullptr) facts_.paths.put(std::move(file));
    return std::nullopt;
  }

  void take_service(const std::string& name) {
    if (config_.services.size() > kMostFirewalldFiles || config_.services.count(name) != 0) return;
    const FileFact file = firewalld_file(tree_, "services", name);
    Known<FirewalldService> service = file.bytes ? parse_firewalld_service(*file.bytes, file.path.asked.str())
                                                 : Known<FirewalldService>(file.bytes.missing());
    const std::vector<std::string> more = service ? service->includes : std::vector<std::string>();
    config_.services.emplace(name, std::move(service));
    for (const std::string& one : more) take_service(one);
  }

  void take_ipset(const std::string& source) {
    if (!source.starts_with("ipset:")) return;
    const std::string name = source.substr(6);
    const FileFact file = firewalld_file(tree_, "ipsets", name);
    if (file.bytes) config_.ipsets.emplace(name, parse_firewalld_ipset(*file.bytes, file.path.asked.str()));
  }

  void collect_named(const FirewalldZone& zone) {
    for (const std::string& name : zone.services) take_service(name);
    for (const std::string& source : zone.sources) take_ipset(source);
    for (const FirewalldRule& rule : zone.rules) {
      if (!rule.service.empty()) take_service(rule.service);
      take_ipset(rule.source);
      take_ipset(rule.destination);
    }
  }

  FileTree& tree_;
  Facts& facts_;
  FirewalldConfig config_;
};

}  // namespace

Known<PacketRules> saved_firewalld(FileTree& tree, Facts& facts) {
  return FirewalldReader(tree, facts).read();
}

}  // namespace reentry
