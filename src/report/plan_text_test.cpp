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
    const std::string text = render_plan(sample(), std::nullopt, {}, kApply, look(language));
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
  const std::string text =
      render_plan(sample(), say("it is read-only", "読み取り専用です"), {}, kApply, look(Language::en));
  EXPECT_NE(text.find("It can't be applied now: it is read-only."), std::string::npos);
  EXPECT_NE(text.find("0777 -> 0755"), std::string::npos);
  EXPECT_EQ(text.find("--apply"), std::string::npos);
}

TEST(PlanText, APrivateKeyIsNeverShown) {
  Plan plan = sample();
  plan.items[0].own = {CreateFile{HostPath("/etc/ssh/ssh_host_ed25519_key"),
                                  "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n", 0600, 0, 0}};
  const std::string text = render_plan(plan, std::nullopt, {}, kApply, look(Language::en));
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
  plan.steps.push_back(
      {1, HostPath("/home/alice"), "chmod 0755 -> 0777 /home/alice", "", UndoResult::restored, {}});
  plan.steps.push_back({0, HostPath("/etc/hosts.deny"), "edit /etc/hosts.deny", "", UndoResult::changed_since,
                        say("its content was changed since", "その後に内容が変更されています")});
  for (const Language language : {Language::en, Language::ja}) {
    const std::string text = render_undo(plan, true, look(language));
    expect_narrow(text);
    EXPECT_NE(text.find("chmod 0755 -> 0777 /home/alice"), std::string::npos);
    EXPECT_NE(text.find("reentry undo --root /mnt/recovery 000001-20261121T024612Z --force"),
              std::string::npos);
  }
  const std::string json = render_undo_json(plan);
  EXPECT_NE(json.find("\"left\":[\"edit /etc/hosts.deny\"]"), std::string::npos);
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
