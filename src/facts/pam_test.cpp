#include "facts/pam.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace reentry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Files final : PamInput {
  std::map<std::string, std::string> files;
  Known<std::string> read(const HostPath& path) override {
    const auto found = files.find(path.str());
    if (found == files.end()) return Missing{Why::absent, path.str(), {}};
    return found->second;
  }
  bool is_directory(const HostPath& path) override {
    for (const auto& file : files) {
      if (HostPath(file.first).parent() == path) return true;
    }
    return false;
  }
};

PamService parse(std::map<std::string, std::string> files, bool debian = true) {
  Files input;
  input.files = std::move(files);
  return parse_pam_service(input, "sshd", debian);
}

const std::vector<PamHandler>& account(const PamService& service) {
  return service.stack(PamType::account);
}

int action(const PamHandler& handler, PamCode code) {
  return handler.actions[static_cast<std::size_t>(code)];
}

// What libpam makes of these files was tried with Linux-PAM 1.5.2 of Debian 12 and a real login.

TEST(PamService, ReadsWordsArgumentsAndContinuedLines) {
  const PamService service =
      parse({{"/etc/pam.d/sshd",
              "# comment\n account\trequired \\\n  pam_x.so  a=1 [b c\\] d] # tail\nACCOUNT "
              "Sufficient pam_y.so\n-session optional pam_z.so\n"}});
  EXPECT_TRUE(service.usable);
  ASSERT_THAT(account(service), SizeIs(2));
  EXPECT_EQ(account(service)[0].module, "pam_x.so");
  EXPECT_THAT(account(service)[0].arguments, ElementsAre("a=1", "b c] d"));
  EXPECT_EQ(account(service)[0].line, 2U);
  EXPECT_EQ(action(account(service)[1], PamCode::success), kPamDone);
  EXPECT_EQ(service.stack(PamType::session)[0].kind, PamHandler::Kind::silent_module);
}

TEST(PamControl, KeepsJumpsDefaultsAndTheirOrder) {
  std::array<int, kPamCodes> actions{};
  EXPECT_TRUE(parse_pam_control("success=2 new_authtok_reqd=done default=ignore auth_err = die", actions));
  EXPECT_EQ(actions[static_cast<std::size_t>(PamCode::success)], 2);
  EXPECT_EQ(actions[static_cast<std::size_t>(PamCode::new_authtok_reqd)], kPamDone);
  EXPECT_EQ(actions[static_cast<std::size_t>(PamCode::auth_err)], kPamDie);
  EXPECT_EQ(actions[static_cast<std::size_t>(PamCode::perm_denied)], kPamIgnore);
}

TEST(PamControl, WhatIsMisspeltIsBadThroughout) {
  for (const char* text :
       {"requierd", "success=okay default=bad", "succes=ok", "success=0", "success", "success="}) {
    std::array<int, kPamCodes> actions{};
    EXPECT_FALSE(parse_pam_control(text, actions)) << text;
    EXPECT_EQ(actions[static_cast<std::size_t>(PamCode::success)], kPamBad) << text;
  }
}

TEST(PamService, AMisspeltControlIsAFaultOfItsLine) {
  const PamService service = parse({{"/etc/pam.d/sshd", "account requierd pam_nologin.so\n"}});
  ASSERT_THAT(account(service), SizeIs(1));
  EXPECT_THAT(account(service)[0].fault, HasSubstr("requierd"));
}

TEST(PamService, AnIllegalTypeFailsTheAuthStack) {
  const PamService service =
      parse({{"/etc/pam.d/sshd", "acount required pam_permit.so\naccount required pam_permit.so\n"}});
  ASSERT_THAT(service.stack(PamType::auth), SizeIs(1));
  EXPECT_EQ(service.stack(PamType::auth)[0].kind, PamHandler::Kind::must_fail);
  EXPECT_THAT(account(service), SizeIs(1));
  ASSERT_THAT(service.problems, SizeIs(1));
  EXPECT_EQ(service.problems[0].message, "illegal module type: acount");
}

TEST(PamService, IncludesTakeOneTypeAndSubstacksOneLevel) {
  const PamService service =
      parse({{"/etc/pam.d/sshd", "account include a\naccount substack b\n@include c\n"},
             {"/etc/pam.d/a", "account required pam_a.so\nauth required pam_no.so\n"},
             {"/etc/pam.d/b", "account required pam_b.so\n"},
             {"/etc/pam.d/c", "session required pam_c.so\naccount required pam_d.so\n"}});
  ASSERT_THAT(account(service), SizeIs(4));
  EXPECT_EQ(account(service)[1].kind, PamHandler::Kind::substack);
  EXPECT_EQ(account(service)[2].level, 1);
  EXPECT_EQ(account(service)[2].file, "/etc/pam.d/b");
  EXPECT_THAT(service.stack(PamType::auth), IsEmpty());
  EXPECT_THAT(service.stack(PamType::session), SizeIs(1));
}

TEST(PamService, AMissingIncludeFailsTheStackAndAMissingAtIncludeEverything) {
  EXPECT_EQ(account(parse({{"/etc/pam.d/sshd", "account include nope\n"}}))[0].kind,
            PamHandler::Kind::must_fail);
  const PamService broken = parse({{"/etc/pam.d/sshd", "account required pam_permit.so\n@include nope\n"}});
  EXPECT_FALSE(broken.usable);
  EXPECT_THAT(broken.problems.back().message, HasSubstr("unable to open config for nope"));
  EXPECT_TRUE(parse({{"/etc/pam.d/sshd", "@include nope\n"}}, false).usable) << "only Debian knows @include";
}

TEST(PamService, AFileThatEndsInABackslashIsGivenUp) {
  EXPECT_FALSE(parse({{"/etc/pam.d/sshd", "account required pam_permit.so \\"}}).usable);
}

TEST(PamService, OtherServesWhatTheServiceHasNotAndPamConfWhatHasNoDirectory) {
  const PamService service =
      parse({{"/etc/pam.d/sshd", "account required pam_a.so\n"},
             {"/etc/pam.d/other", "account required pam_b.so\nsession required pam_c.so\n"}});
  EXPECT_EQ(account(service)[0].module, "pam_a.so");
  EXPECT_EQ(service.stack(PamType::session)[0].module, "pam_c.so");
  const PamService conf =
      parse({{"/etc/pam.conf", "SSHD account required pam_d.so\nlogin account required pam_e.so\n"}});
  EXPECT_TRUE(conf.usable);
  ASSERT_THAT(account(conf), SizeIs(1));
  EXPECT_EQ(account(conf)[0].module, "pam_d.so");
  EXPECT_FALSE(parse({{"/etc/passwd", ""}}).usable);
}

TEST(PamService, CarriageReturnsSpoilTheLastWord) {
  const PamService service = parse({{"/etc/pam.d/sshd", "account required pam_nologin.so\r\n"}});
  EXPECT_EQ(account(service)[0].module, "pam_nologin.so\r");
}

TEST(PamService, IncludesThatNeverEndAreCutShort) {
  const PamService loop = parse({{"/etc/pam.d/sshd", "account include sshd\naccount include sshd\n"}}, false);
  EXPECT_LE(account(loop).size(), 5000U);
}

}  // namespace
}  // namespace reentry
