#include "facts/accounts.hpp"

#include <algorithm>
#include <array>

namespace reentry {
namespace {

// Services that know no login accounts of their own: systemd knows dynamic users, root and nobody
// (nss-systemd(8)), the others only names of hosts.
constexpr std::array<std::string_view, 5> kNoAccounts = {"files", "compat", "systemd", "dns", "myhostname"};

bool contains(const std::vector<std::string>& list, std::string_view wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

}  // namespace

bool NssDatabase::has(std::string_view service) const {
  return contains(services, service);
}

bool NssDatabase::beyond_files() const {
  if (compat_entries && has("compat")) return true;
  return std::any_of(services.begin(), services.end(), [this](const std::string& service) {
    return std::find(kNoAccounts.begin(), kNoAccounts.end(), service) == kNoAccounts.end() &&
           !contains(inert, service);
  });
}

void NssDatabase::drop_unreached(bool files_there) {
  const auto ends = std::find_if(services.begin(), services.end(), [&](const std::string& service) {
    if (contains(inert, service)) return contains(ends_if_unavailable, service);
    const bool files = service == "files" || service == "compat";
    if (files && !files_there) return contains(ends_if_unavailable, service);
    const bool knows_nobody = std::find(kNoAccounts.begin(), kNoAccounts.end(), service) != kNoAccounts.end();
    return knows_nobody && contains(ends_if_not_found, service);
  });
  if (ends != services.end()) services.erase(ends + 1, services.end());
}

void AccountFacts::index() {
  users_by_name_.clear();
  shadow_by_name_.clear();
  groups_by_member_.clear();
  users_by_uid_.clear();
  groups_by_gid_.clear();
  users_by_gid_.clear();
  if (passwd) {
    for (std::size_t i = 0; i < passwd->size(); ++i) {
      const PasswdEntry& entry = (*passwd)[i];
      users_by_name_.emplace(entry.name, i);
      users_by_uid_.emplace(entry.uid, i);
      users_by_gid_[entry.gid].push_back(i);
    }
  }
  if (shadow) {
    for (std::size_t i = 0; i < shadow->size(); ++i) shadow_by_name_.emplace((*shadow)[i].name, i);
  }
  if (group) {
    for (std::size_t i = 0; i < group->size(); ++i) {
      const GroupEntry& entry = (*group)[i];
      groups_by_gid_.emplace(entry.gid, i);
      for (const std::string& member : entry.members) groups_by_member_[member].push_back(i);
    }
  }
}

const PasswdEntry* AccountFacts::user(std::string_view name) const {
  const auto found = users_by_name_.find(name);
  return found == users_by_name_.end() ? nullptr : &(*passwd)[found->second];
}

const ShadowEntry* AccountFacts::shadow_of(std::string_view name) const {
  const auto found = shadow_by_name_.find(name);
  return found == shadow_by_name_.end() ? nullptr : &(*shadow)[found->second];
}

AccountFacts::Membership AccountFacts::groups_of(const PasswdEntry& user) const {
  Membership membership;
  const auto add = [&](std::uint32_t gid) {
    if (std::find(membership.gids.begin(), membership.gids.end(), gid) != membership.gids.end()) return;
    membership.gids.push_back(gid);
    // The name is what getgrgid(3) gives for the id: the first entry that has it.
    const auto entry = groups_by_gid_.find(gid);
    if (entry != groups_by_gid_.end()) membership.names.push_back((*group)[entry->second].name);
  };
  add(user.gid);
  const auto listed = groups_by_member_.find(std::string_view(user.name));
  if (listed != groups_by_member_.end()) {
    for (const std::size_t i : listed->second) add((*group)[i].gid);
  }
  return membership;
}

Actor AccountFacts::actor(const PasswdEntry& user) const {
  return {user.uid, user.gid, groups_of(user).gids};
}

std::string AccountFacts::user_name(std::uint32_t uid) const {
  const auto found = users_by_uid_.find(uid);
  return found == users_by_uid_.end() ? std::to_string(uid) : (*passwd)[found->second].name;
}

std::string AccountFacts::group_name(std::uint32_t gid) const {
  const auto found = groups_by_gid_.find(gid);
  return found == groups_by_gid_.end() ? std::to_string(gid) : (*group)[found->second].name;
}

const GroupEntry* AccountFacts::group_named(std::string_view name) const {
  if (!group) return nullptr;
  const auto found = std::find_if(group->begin(), group->end(),
                                  [name](const GroupEntry& entry) { return entry.name == name; });
  return found == group->end() ? nullptr : &*found;
}

bool AccountFacts::is_private_group(std::uint32_t gid, std::uint32_t uid, std::uint32_t owner) const {
  const auto entry = groups_by_gid_.find(gid);
  if (entry == groups_by_gid_.end() || users_by_uid_.find(owner) == users_by_uid_.end()) return false;
  bool has_member = false;
  const auto primary = users_by_gid_.find(gid);
  if (primary != users_by_gid_.end()) {
    for (const std::size_t i : primary->second) {
      if ((*passwd)[i].uid != uid) return false;
      has_member = true;
    }
  }
  const std::vector<std::string>& members = (*group)[entry->second].members;
  if (members.empty()) return has_member;
  return members.size() == 1 && members.front() == user_name(owner);
}

}  // namespace reentry
