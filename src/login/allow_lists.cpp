#include "login/allow_lists.hpp"

#include <algorithm>

#include "base/shown.hpp"
#include "facts/pattern.hpp"
#include "login/exhibits.hpp"

namespace reentry {
namespace {

enum class Match { no, yes, unknown };

// Only an address, a CIDR block or a wildcard over addresses: nothing that needs a host name.
bool is_address_list(std::string_view list) {
  return std::all_of(list.begin(), list.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
           std::string_view(".:/,!*?[]").find(c) != std::string_view::npos;
  });
}

struct UserPattern {
  std::string_view user;
  std::string_view host;
  bool has_host = false;
};

// USER or USER@HOST: cut at the first `@`, from 9.9 on at the last one (match.c:match_user).
UserPattern split(std::string_view pattern, const SshBuild& build) {
  const std::size_t at = build.at_least(9, 9) ? pattern.rfind('@') : pattern.find('@');
  if (at == std::string_view::npos) return {pattern, {}, false};
  return {pattern.substr(0, at), pattern.substr(at + 1), true};
}

Match match_host(const GateInput& input, std::string_view list) {
  if (!input.question.from) return Match::unknown;
  const std::string& from = *input.question.from;
  const ListMatch match = match_host_and_ip(from, from, list);
  // With UseDNS yes a name may match where the address does not.
  if (match != ListMatch::yes && input.connection.yes("usedns") && !is_address_list(list))
    return Match::unknown;
  return match == ListMatch::yes ? Match::yes : Match::no;
}

Match match_entry(const GateInput& input, const PasswdEntry& user, std::string_view entry) {
  const UserPattern pattern = split(entry, input.facts.ssh);
  if (!match_pattern(user.name, pattern.user)) return Match::no;
  return pattern.has_host ? match_host(input, pattern.host) : Match::yes;
}

struct ListVerdict {
  Match match = Match::no;
  std::size_t index = 0;  // of the entry that matched, or the first that may
};

// The first entry that matches for sure, else the first that may.
template <typename Test>
ListVerdict first_match(const Setting& setting, Test test) {
  ListVerdict verdict;
  for (std::size_t i = 0; i < setting.values.size(); ++i) {
    const Match match = test(setting.values[i]);
    if (match == Match::yes) return {Match::yes, i};
    if (match == Match::unknown && verdict.match == Match::no) verdict = {Match::unknown, i};
  }
  return verdict;
}

const ConfigOrigin& origin_of(const Setting& setting, std::size_t index) {
  return index < setting.all.size() ? setting.all[index] : setting.at;
}

struct GroupNames {
  std::vector<std::string> names;
  bool complete = true;
  Missing missing;
};

GroupNames groups_of(const Facts& facts, const PasswdEntry& user) {
  const AccountFacts& accounts = facts.accounts;
  GroupNames groups;
  if (accounts.nss_group.asks_files()) groups.names = accounts.groups_of(user).names;
  if (!accounts.group && !accounts.group.is_absent()) {
    groups.complete = false;
    groups.missing = accounts.group.missing();
  } else if (accounts.nss_group.beyond_files()) {
    groups.complete = false;
    groups.missing = {Why::offline, "/etc/nsswitch.conf", joined(accounts.nss_group.services)};
  }
  return groups;
}

Match match_groups(const GroupNames& groups, std::string_view pattern) {
  for (const std::string& name : groups.names) {
    if (match_pattern(name, pattern)) return Match::yes;
  }
  return groups.complete ? Match::no : Match::unknown;
}

class AllowLists {
 public:
  AllowLists(const GateInput& input, const PasswdEntry& user)
      : input_(input), user_(user), gate_(gate_of("auth/allow-deny", GateResult::pass)) {}

  Gate judge() {
    const auto by_user = [this](std::string_view entry) { return match_entry(input_, user_, entry); };
    deny("denyusers", Cause::auth_deny_users, by_user);
    allow("allowusers", Cause::auth_not_in_allow_users, by_user);
    if (!input_.connection["denygroups"].values.empty() || !input_.connection["allowgroups"].values.empty()) {
      groups_ = groups_of(input_.facts, user_);
      const auto by_group = [this](std::string_view entry) { return match_groups(groups_, entry); };
      if (groups_.complete && groups_.names.empty()) {
        refuse_without_groups();
      } else {
        deny("denygroups", Cause::auth_deny_groups, by_group);
        allow("allowgroups", Cause::auth_not_in_allow_groups, by_group);
      }
    }
    settle(gate_);
    return std::move(gate_);
  }

 private:
  // A list that a Match block may or may not set decides nothing.
  bool is_uncertain(const Setting& setting) {
    if (!setting.uncertain) return false;
    gate_.unknown.push_back({Why::not_asked, setting.at.file, "Match"});
    return true;
  }

  Obstacle obstacle(Cause cause, const Setting& setting, std::size_t index) const {
    Obstacle result{
        cause, config_exhibit(input_.facts, origin_of(setting, index)), {}, {{"user", user_.name}}};
    if (input_.question.from) result.details.emplace_back("from", *input_.question.from);
    if (!groups_.names.empty()) result.details.emplace_back("groups", joined(groups_.names));
    return result;
  }

  template <typename Test>
  void deny(std::string_view keyword, Cause cause, Test test) {
    const Setting& setting = input_.connection[keyword];
    if (is_uncertain(setting)) return;
    const ListVerdict verdict = first_match(setting, test);
    if (verdict.match == Match::unknown) note_unknown(setting, verdict.index);
    if (verdict.match != Match::yes) return;
    Obstacle found = obstacle(cause, setting, verdict.index);
    found.details.emplace_back("pattern", setting.values[verdict.index]);
    gate_.obstacles.push_back(std::move(found));
    tell(say("{} is listed in {}: {}", "{} は {} の {} に該当します", shown(user_.name), name(keyword),
             shown(setting.values[verdict.index])));
  }

  template <typename Test>
  void allow(std::string_view keyword, Cause cause, Test test) {
    const Setting& setting = input_.connection[keyword];
    if (setting.values.empty() && !setting.uncertain) return;
    if (is_uncertain(setting)) return;
    const ListVerdict verdict = first_match(setting, test);
    if (verdict.match == Match::unknown) note_unknown(setting, verdict.index);
    if (verdict.match != Match::no) return;
    Obstacle found = obstacle(cause, setting, 0);
    for (std::size_t i = 1; i < setting.values.size(); ++i) {
      const Exhibit further = config_exhibit(input_.facts, origin_of(setting, i));
      if (!(further == found.at) &&
          std::find(found.evidence.begin(), found.evidence.end(), further) == found.evidence.end()) {
        found.evidence.push_back(further);
      }
    }
    found.details.emplace_back("patterns", joined(setting.values));
    add_near_miss(setting, found);
    gate_.obstacles.push_back(std::move(found));
    tell(say("{} is not listed in {}", "{} は {} に含まれていません", shown(user_.name), name(keyword)));
  }

  // Entries that people believe to match: a comma list, `!` in front, the right user from another address.
  void add_near_miss(const Setting& setting, Obstacle& found) const {
    for (const std::string& entry : setting.values) {
      const UserPattern pattern = split(entry, input_.facts.ssh);
      if (pattern.has_host && match_pattern(user_.name, pattern.user)) {
        found.details.emplace_back("host_pattern", entry);
        return;
      }
      if (pattern.user.find(',') != std::string_view::npos && entry.find(user_.name) != std::string::npos) {
        found.details.emplace_back("comma_list", entry);
        return;
      }
    }
  }

  void refuse_without_groups() {
    const bool allow_set = !input_.connection["allowgroups"].values.empty();
    const Setting& setting = input_.connection[allow_set ? "allowgroups" : "denygroups"];
    Obstacle found =
        obstacle(allow_set ? Cause::auth_not_in_allow_groups : Cause::auth_deny_groups, setting, 0);
    found.details.emplace_back("no_groups", "yes");
    found.details.emplace_back("gid", std::to_string(user_.gid));
    found.details.emplace_back("patterns", joined(setting.values));
    gate_.obstacles.push_back(std::move(found));
    tell(say("{} is in no group that has a name, and a group list is set",
             "{} は名前のあるグループに属しておらず、グループの制限が設定されています", shown(user_.name)));
  }

  void note_unknown(const Setting& setting, std::size_t index) {
    if (!groups_.complete) {
      gate_.unknown.push_back(groups_.missing);
    } else {
      gate_.unknown.push_back({Why::not_asked, origin_of(setting, index).file, "--from"});
    }
    if (gate_.detail.empty()) {
      gate_.detail = say("{} may decide, depending on what is not known",
                         "{} に該当するかどうかは未確認の情報次第です", shown(setting.values[index]));
    }
  }

  void tell(Text text) {
    if (gate_.obstacles.size() == 1) gate_.detail = std::move(text);
  }

  static std::string_view name(std::string_view keyword) {
    if (keyword == "denyusers") return "DenyUsers";
    if (keyword == "allowusers") return "AllowUsers";
    return keyword == "denygroups" ? "DenyGroups" : "AllowGroups";
  }

  const GateInput& input_;
  const PasswdEntry& user_;
  Gate gate_;
  GroupNames groups_;
};

}  // namespace

Gate allow_lists_gate(const GateInput& input, const PasswdEntry& user) {
  return AllowLists(input, user).judge();
}

}  // namespace reentry
