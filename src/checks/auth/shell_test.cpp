// The remedies for a login shell that can't be run.
#include <gtest/gtest.h>

#include "support/one_finding.hpp"

namespace reentry {
namespace {

Facts host_with_shell(const std::string& shell) {
  Facts facts = testing::small_host();
  const std::string passwd = "root:x:0:0::/root:/bin/bash\nalice:x:1000:1000::/home/alice:" + shell + "\n";
  std::vector<BadLine> bad;
  facts.accounts.passwd = parse_passwd(passwd, bad);
  facts.accounts.index();
  testing::put_file(facts, "/etc/passwd", passwd);
  // The least that execve(2) takes for a program.
  testing::put_file(facts, "/bin/bash",
                    std::string("\x7f"
                                "ELF\x02\x01") +
                        std::string(58, '\0'),
                    0755);
  return facts;
}

std::string with(const std::string& shell) {
  return "root:x:0:0::/root:/bin/bash\nalice:x:1000:1000::/home/alice:" + shell + "\n";
}

Finding missing(const Facts& facts, const std::string& shell) {
  return testing::finding_of(
      facts, {Cause::auth_shell_missing, {"file", "/etc/passwd", 2, {}}, {}, {{"shell", shell}}});
}

TEST(ShellMissing, ABlankBesideTheNameIsTakenAway) {
  Facts facts = host_with_shell("/bin/zsh ");
  testing::put_file(facts, "/bin/zsh", "#!", 0755);
  const Finding found = missing(facts, "/bin/zsh ");
  EXPECT_EQ(found.remedies.at(0).risk, Risk::choice);
  EXPECT_EQ(testing::after(found.remedies[0].steps), with("/bin/zsh"));
}

TEST(ShellMissing, AnotherShellWhereTheNameIsNoneEvenSo) {
  const Finding found = missing(host_with_shell("/bin/zsh "), "/bin/zsh ");
  EXPECT_EQ(testing::after(found.remedies.at(0).steps), with("/bin/bash"));
}

TEST(ShellNotExecutable, ADirectoryIsReplacedByAShellAsAChoice) {
  const Finding found = testing::finding_of(host_with_shell("/usr/local"),
                                            {Cause::auth_shell_not_executable,
                                             {"file", "/etc/passwd", 2, {}},
                                             {},
                                             {{"path", "/usr/local"}, {"regular", "no"}, {"mode", "0755"}}});
  EXPECT_EQ(found.remedies.at(0).risk, Risk::choice);
  EXPECT_EQ(testing::after(found.remedies[0].steps), with("/bin/bash"));
}

}  // namespace
}  // namespace reentry
