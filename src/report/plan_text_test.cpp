#include "report/plan_text.hpp"

#include <gtest/gtest.h>

#include "base/line_diff.hpp"
#include "base/shown.hpp"
#include "report/transactions_json.hpp"

namespace reentry {
namespace {

TerminalOptions look(Language language) {
  TerminalOptions options;
  options.language = language;
  options.target = "--root /mnt/recovery";
  return options;
}

const std::string kApply = "reentry fix --root /mnt/recovery --user alice --apply";

PlanSetting plain_setting() {
  PlanSetting setting;
  setting.apply_command = kApply;
  return setting;
}

Plan sample() {
  PlanItem item;
  item.cause = Cause::service_config_syntax;
  item.remedy = "service/config-syntax#comment";
  item.what = say("Comment out the line that sshd does not understand",
                  "sshd が解釈できない行をコメントアウトします");
  item.why =
      say("sshd refuses to start because line 2 of /etc/ssh/sshd_config has a value that PermitRootLogin "
          "does not take: prohibit-pasword.",
          "/etc/ssh/sshd_config の 2 行目で PermitRootLogin に指定できない値 prohibit-pasword "
          "が使われているため、sshd は起動しません。");
  item.own = {EditFile{HostPath("/etc/ssh/sshd_config"), "Port 22\nPermitRootLogin prohibit-pasword\n",
                       "Port 22\n# PermitRootLogin prohibit-pasword\n"},
              SetMode{HostPath("/home/alice"), 0777, 0755}};
  Plan plan = {};
  plan.steps = item.own;
  item.steps = {0, 1};
  plan.items = {item};
  plan.left.push_back(
      LeftItem{Cause::auth_not_in_allow_users,
               Severity::blocker,
               LeftWhy::needs_choice,
               say("Add alice to AllowUsers", "AllowUsers に alice を加えます"),
               say("it changes a decision of an administrator", "管理者の決定を変える修正です"),
               {"vi /etc/ssh/sshd_config"}});
  return plan;
}

void expect_narrow(const std::string& text) {
  for (std::string_view line : split_lines(text)) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    EXPECT_LE(columns(line), 80U) << line;
  }
}

TEST(PlanText, SaysWhatWhyAndHowToTakeItBack) {
  for (const Language language : {Language::en, Language::ja}) {
    const std::string text = render_plan(sample(), plain_setting(), look(language));
    expect_narrow(text);
    for (const char* part :
         {"service/config-syntax", "-PermitRootLogin prohibit-pasword", "+# PermitRootLogin prohibit-pasword",
          "0777 -> 0755", "$ reentry fix --root /mnt/recovery --user alice --apply",
          "reentry undo --root /mnt/recovery", "auth/not-in-allow-users", "$ vi /etc/ssh/sshd_config"}) {
      EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
  }
}

TEST(PlanText, AReadOnlyTargetGetsThePlanAndOneLine) {
  PlanSetting setting = plain_setting();
  setting.obstacle = say("it is read-only", "読み取り専用です");
  const std::string text = render_plan(sample(), setting, look(Language::en));
  EXPECT_NE(text.find("It can't be applied now: it is read-only."), std::string::npos);
  EXPECT_NE(text.find("0777 -> 0755"), std::string::npos);
  EXPECT_EQ(text.find("--apply"), std::string::npos);
}

TEST(PlanText, APrivateKeyIsNeverShown) {
  Plan plan = sample();
  plan.items[0].own = {CreateFile{HostPath("/etc/ssh/ssh_host_ed25519_key"),
                                  "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n", 0600, 0, 0}};
  const std::string text = render_plan(plan, plain_setting(), look(Language::en));
  EXPECT_EQ(text.find("c2VjcmV0"), std::string::npos);
  EXPECT_NE(text.find("/etc/ssh/ssh_host_ed25519_key"), std::string::npos);
}

TEST(PlanText, AReceiptNamesItsTransaction) {
  const Plan plan = sample();
  Receipt receipt;
  receipt.id = "000001-20261121T024612Z";
  receipt.applied = plan.items;
  receipt.steps = plan.steps;
  receipt.left = plan.left;
  Diagnosis after;
  after.verdict = Standing::open;
  for (const Language language : {Language::en, Language::ja}) {
    const std::string text = render_receipt(receipt, after, look(language));
    expect_narrow(text);
    EXPECT_NE(text.find("reentry undo --root /mnt/recovery 000001-20261121T024612Z"), std::string::npos);
  }
}

TEST(PlanText, AnUndoSaysWhatStaysAndHowToForceIt) {
  UndoPlan plan;
  plan.id = "000001-20261121T024612Z";
  plan.made = 1795229172;
  plan.steps.push_back({1,
                        HostPath("/home/alice"),
                        say("mode of {}", "{} の権限", "/home/alice"),
                        "",
                        UndoResult::restored,
                        {}});
  plan.steps.push_back({0, HostPath("/etc/hosts.deny"), say("edit {}", "{} を編集", "/etc/hosts.deny"), "",
                        UndoResult::changed_since,
                        say("its content was changed since", "その後に内容が変更されています")});
  for (const Language language : {Language::en, Language::ja}) {
    const std::string text = render_undo(plan, true, look(language));
    expect_narrow(text);
    const bool ja = language == Language::ja;
    EXPECT_NE(text.find(ja ? "/home/alice の権限" : "mode of /home/alice"), std::string::npos) << text;
    EXPECT_NE(text.find(ja ? "/etc/hosts.deny を編集" : "edit /etc/hosts.deny"), std::string::npos) << text;
    EXPECT_NE(text.find("reentry undo --root /mnt/recovery 000001-20261121T024612Z --force"),
              std::string::npos);
  }
  const std::string json = render_undo_json(plan);
  EXPECT_NE(json.find("\"left\":[\"edit /etc/hosts.deny\"]"), std::string::npos);
}

SecondOpinion refusal(bool planned) {
  SecondOpinion opinion;
  opinion.verdict = SecondOpinion::Verdict::refuses;
  opinion.planned = planned;
  opinion.we_expect = true;
  opinion.command = "/usr/sbin/sshd -t";
  opinion.said = {"/etc/ssh/sshd_config: line 7: Bad configuration option: \x1b[31mFoo"};
  opinion.at.path = "/etc/ssh/sshd_config";
  opinion.at.line = 7;
  return opinion;
}

TEST(PlanText, ASecondOpinionThatContradictsIsSaidPlainly) {
  for (const Language language : {Language::en, Language::ja}) {
    PlanSetting setting = plain_setting();
    setting.opinion = refusal(true);
    const std::string text = render_plan(sample(), setting, look(language));
    expect_narrow(text);
    EXPECT_NE(text.find("/etc/ssh/sshd_config:7"), std::string::npos) << text;
    EXPECT_NE(text.find("Bad configuration option"), std::string::npos) << text;
    EXPECT_NE(text.find(language == Language::ja ? "食い違います" : "contradicts"), std::string::npos)
        << text;
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
  }
}

TEST(PlanText, ASecondOpinionThatWasNotAskedSaysWhyInOneLine) {
  PlanSetting setting = plain_setting();
  setting.opinion.emplace();
  setting.opinion->why_none = say("it is for aarch64", "対象は aarch64 用です");
  EXPECT_NE(render_plan(sample(), setting, look(Language::en)).find("gave no verdict: it is for aarch64."),
            std::string::npos);
}

TEST(PlanText, WhatWasDoneWithTheServiceCanBeTakenBack) {
  Receipt receipt;
  receipt.id = "000001-20261121T024612Z";
  receipt.service.done = ServiceChange::Done::started;
  receipt.service.ran = "systemctl start ssh.service";
  receipt.service.back = "systemctl stop ssh.service";
  for (const Language language : {Language::en, Language::ja}) {
    const std::string text = render_receipt(receipt, Diagnosis(), look(language));
    expect_narrow(text);
    EXPECT_NE(text.find("`systemctl start ssh.service`"), std::string::npos) << text;
    EXPECT_NE(text.find("\n  $ systemctl stop ssh.service\n"), std::string::npos) << text;
  }
}

TEST(PlanText, OwnersHaveTheTargetsNames) {
  AccountFacts accounts;
  accounts.passwd = parse_passwd("root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n",
                                 accounts.bad_passwd_lines);
  accounts.group = parse_group("root:x:0:\n", accounts.bad_group_lines);
  accounts.index();
  TerminalOptions options = look(Language::en);
  options.names = OwnerNames(accounts);
  Plan plan = sample();
  plan.items[0].own = {SetOwner{HostPath("/home/alice"), 0, 0, 1000, 1000}};
  EXPECT_NE(render_plan(plan, plain_setting(), options).find("root:root (0:0) -> alice:1000 (1000:1000)"),
            std::string::npos);
  EXPECT_EQ(OwnerNames(accounts).owner(7, 8), "7:8");
}

TEST(PlanText, TransactionsAreListed) {
  TransactionEntry entry;
  entry.id = "000002-20261121T024612Z";
  entry.made = 1795229172;
  entry.state = TransactionState::finished;
  entry.causes = {"auth/home-writable", "auth/home-writable"};
  entry.steps = {"chmod 0755 -> 0777 /home/alice"};
  const std::string text = render_transactions({entry}, look(Language::en));
  EXPECT_EQ(text,
            "000002-20261121T024612Z  2026-11-21T02:46:12Z  applied\n  auth/home-writable\n  one change\n");
  const std::string json = render_transactions_json({entry});
  EXPECT_NE(json.find("\"state\":\"applied\""), std::string::npos);
}

}  // namespace
}  // namespace reentry
