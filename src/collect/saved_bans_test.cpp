#include <gtest/gtest.h>
#include <sqlite3.h>

#include "collect/firewall.hpp"

namespace reentry {
namespace {

std::string database_with(const std::string& rows) {
  sqlite3* made = nullptr;
  sqlite3_open(":memory:", &made);
  const std::string all =
      "CREATE TABLE bips(ip TEXT, jail TEXT, timeofban INTEGER, bantime INTEGER);INSERT INTO bips VALUES" +
      rows;
  sqlite3_exec(made, all.c_str(), nullptr, nullptr, nullptr);
  sqlite3_int64 size = 0;
  unsigned char* bytes = sqlite3_serialize(made, "main", &size, 0);
  std::string out(bytes, bytes + size);
  sqlite3_free(bytes);
  sqlite3_close(made);
  return out;
}

MemoryTree banning() {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/fail2ban/jail.conf"),
                "[INCLUDES]\nbefore = paths.conf\n[DEFAULT]\nbantime = 10m\nbanaction = nftables-multiport\n"
                "action = %(banaction)s[port=\"%(port)s\"]\nfilter = %(__name__)s\n"
                "[sshd]\nport = ssh\nlogpath = %(sshd_log)s\n");
  tree.put_file(HostPath("/etc/fail2ban/paths.conf"), "[DEFAULT]\nsshd_log = /var/log/auth.log\n");
  tree.put_file(HostPath("/etc/fail2ban/jail.d/debian.conf"), "[sshd]\nenabled = true\n");
  tree.put_file(HostPath("/etc/fail2ban/action.d/nftables-multiport.conf"), "");
  tree.put_file(HostPath("/etc/fail2ban/filter.d/sshd.conf"), "");
  tree.put_file(HostPath("/var/log/auth.log"), "");
  tree.put_file(HostPath("/usr/sbin/nft"), "");
  tree.put_file(HostPath("/usr/bin/fail2ban-server"), "");
  tree.put_file(HostPath("/usr/lib/systemd/system/fail2ban.service"),
                "[Service]\nExecStart=/usr/bin/fail2ban-server\n");
  tree.put_symlink(HostPath("/etc/systemd/system/multi-user.target.wants/fail2ban.service"),
                   "/usr/lib/systemd/system/fail2ban.service");
  tree.put_file(HostPath("/var/lib/fail2ban/fail2ban.sqlite3"),
                database_with("('192.0.2.7', 'sshd', 1000, 600)"));
  return tree;
}

struct Answer {
  std::size_t chains = 0;
  PacketStatement::Kind last = PacketStatement::Kind::match;
  Facts facts;
};

Answer asked(MemoryTree& tree) {
  Answer out;
  out.facts.now = 1100;
  const auto rules = saved_bans_of(tree, out.facts);
  EXPECT_TRUE(rules);
  if (!rules || rules->empty()) return out;
  out.chains = rules->tables.front().chains.size();
  out.last = rules->tables.front().chains.front().rules.front().statements.back().kind;
  return out;
}

TEST(SavedBans, AreRulesOfTheNextStart) {
  MemoryTree tree = banning();
  const Answer answer = asked(tree);
  EXPECT_EQ(answer.chains, 1U);
  EXPECT_EQ(answer.last, PacketStatement::Kind::reject);
  ASSERT_EQ(answer.facts.firewall.bans.size(), 1U);
  EXPECT_EQ(answer.facts.firewall.bans.front().until, 1600);
}

TEST(SavedBans, NobodyIsBannedByWhatDoesNotStart) {
  MemoryTree off = banning();
  off.remove(HostPath("/etc/systemd/system/multi-user.target.wants/fail2ban.service"));
  EXPECT_EQ(asked(off).chains, 0U);
  MemoryTree jail = banning();
  jail.put_file(HostPath("/etc/fail2ban/jail.local"), "[sshd]\nenabled = false\n");
  EXPECT_EQ(asked(jail).chains, 0U);
  MemoryTree ignored = banning();
  ignored.put_file(HostPath("/etc/fail2ban/jail.local"), "[DEFAULT]\nignoreip = 192.0.2.0/24\n");
  EXPECT_EQ(asked(ignored).chains, 0U);
  MemoryTree memory = banning();
  memory.put_file(HostPath("/etc/fail2ban/fail2ban.local"), "[DEFAULT]\ndbfile = None\n");
  EXPECT_EQ(asked(memory).chains, 0U);
}

TEST(SavedBans, WhatIsNotModelledIsNotTold) {
  MemoryTree log = banning();
  log.remove(HostPath("/var/log/auth.log"));
  EXPECT_EQ(asked(log).last, PacketStatement::Kind::elsewhere);
  MemoryTree action = banning();
  action.put_file(HostPath("/etc/fail2ban/action.d/nftables-multiport.local"), "");
  EXPECT_EQ(asked(action).last, PacketStatement::Kind::elsewhere);
  MemoryTree command = banning();
  command.put_file(HostPath("/etc/fail2ban/jail.local"), "[DEFAULT]\nignorecommand = /bin/true\n");
  EXPECT_EQ(asked(command).last, PacketStatement::Kind::elsewhere);
  MemoryTree torn = banning();
  torn.put_file(HostPath("/var/lib/fail2ban/fail2ban.sqlite3"), "SQLite format 3");
  Facts facts;
  EXPECT_FALSE(saved_bans_of(torn, facts));
}

}  // namespace
}  // namespace reentry
