#include "collect/pam.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collect/accounts.hpp"
#include "collect/session_files.hpp"
#include "collect/time_zone.hpp"

namespace reentry {
namespace {

using testing::ElementsAre;

TEST(CollectPam, ReadsTheLibraryTheStackAndWhatItsModulesRead) {
  MemoryTree tree;
  tree.put_file(HostPath("/lib/x86_64-linux-gnu/libpam.so.0"),
                "\x7f"
                "ELF @include");
  tree.put_file(HostPath("/lib/x86_64-linux-gnu/libcrypt.so.1"), "$y$");
  tree.put_file(HostPath("/lib/x86_64-linux-gnu/security/pam_access.so"), "x");
  tree.put_file(HostPath("/etc/os-release"), "ID=debian\nVERSION_ID=\"13\"\n");
  tree.put_file(HostPath("/etc/pam.d/sshd"),
                "account required pam_access.so\nauth required pam_faillock.so preauth dir=/var/tally\n"
                "account required pam_gone.so\n");
  tree.put_file(HostPath("/etc/security/access.conf"), "-:ALL:ALL\n");
  tree.put_file(HostPath("/etc/security/access.d/b.conf"), "");
  tree.put_file(HostPath("/var/tally/alice"), "");
  Facts facts;
  collect_pam(tree, facts);
  EXPECT_TRUE(facts.pam.debian_include);
  EXPECT_EQ(*facts.pam.version, (PamVersion{1, 7, 0}));
  EXPECT_TRUE(*facts.pam.yescrypt);
  EXPECT_TRUE(facts.pam.modules.at("pam_access.so").found());
  EXPECT_EQ(facts.pam.modules.at("pam_gone.so").end, PathEnd::absent);
  EXPECT_THAT(facts.pam.access_files, ElementsAre(HostPath("/etc/security/access.d/b.conf")));
  EXPECT_NE(facts.paths.find(HostPath("/etc/security/access.conf")), nullptr);
  EXPECT_THAT(facts.pam.tally_directories, ElementsAre(HostPath("/var/tally")));
  EXPECT_NE(facts.paths.find(HostPath("/var/tally/alice")), nullptr);
}

AccountFacts accounts_with(const std::vector<std::string>& more) {
  MemoryTree tree;
  tree.put_file(HostPath("/etc/passwd"), "root:x:0:0::/root:/bin/sh\n");
  tree.put_file(HostPath("/etc/nsswitch.conf"), "passwd: files sss\ngroup: files sss\n");
  for (const std::string& path : more) tree.put_file(HostPath(path), "x");
  return collect_accounts(tree);
}

TEST(CollectAccounts, NamesServicesThatCannotAnswer) {
  EXPECT_FALSE(accounts_with({}).nss_passwd.beyond_files()) << "neither library nor configuration";
  EXPECT_FALSE(accounts_with({"/usr/lib64/libnss_sss.so.2"}).nss_passwd.beyond_files()) << "no configuration";
  const AccountFacts accounts = accounts_with({"/usr/lib64/libnss_sss.so.2", "/etc/sssd/sssd.conf"});
  EXPECT_TRUE(accounts.nss_passwd.beyond_files());
  EXPECT_NE(accounts.user("root"), nullptr);
  EXPECT_TRUE(accounts.shadow.is_absent());
}

Known<std::int64_t> offset_with(const std::string& zone) {
  MemoryTree tree;
  if (!zone.empty()) tree.put_file(HostPath("/etc/localtime"), zone);
  return collect_utc_offset(tree, 1763726400);
}

TEST(CollectUtcOffset, ReadsTheZoneFile) {
  EXPECT_EQ(*offset_with(""), 0) << "no file: UTC";
  EXPECT_FALSE(offset_with("nonsense").has_value());
  // Version 1, no transition, one type of UTC+9.
  std::string zone = std::string("TZif") + std::string(16, '\0');
  for (const int count : {0, 0, 0, 0, 1, 4}) zone += std::string(3, '\0') + static_cast<char>(count);
  zone += std::string("\0\0\x7e\x90", 4) + std::string(2, '\0') + std::string("JST\0", 4);
  EXPECT_EQ(*offset_with(zone), 32400);
}

TEST(CollectSessionFiles, FollowsInterpretersIntoAChroot) {
  MemoryTree tree;
  tree.put_file(HostPath("/srv/j/bin/sh"), "#!/opt/sh\n", 0755);
  Facts facts;
  std::vector<BadLine> bad;
  facts.accounts.passwd = parse_passwd("alice:x:1:1::/home/alice:/bin/sh\n", bad);
  facts.accounts.index();
  ConfigLine line;
  line.keyword = "chrootdirectory";
  line.values = {"/srv/j"};
  facts.config.lines.push_back(line);
  Libraries libraries(tree);
  collect_session_files(tree, libraries, facts, {"alice"});
  for (const char* path : {"/", "/srv", "/srv/j", "/srv/j/bin/sh", "/srv/j/opt/sh", "/bin/sh"}) {
    EXPECT_NE(facts.paths.find(HostPath(path)), nullptr) << path;
  }
}

}  // namespace
}  // namespace reentry
