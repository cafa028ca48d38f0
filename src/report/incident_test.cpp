#include "report/incident.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/incident_sheet.hpp"

namespace reentry {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Diagnosis locked_out() {
  Diagnosis diagnosis;
  diagnosis.target = {TargetKind::root, "/mnt/recovery", "Debian GNU/Linux 12 (bookworm)", "debian",
                      "x86_64"};
  diagnosis.verdict = Standing::blocked;
  LoginTrace trace;
  trace.question.user = "alice";
  trace.question.asked = true;
  Gate gate;
  gate.id = "service/config";
  gate.result = GateResult::refuse;
  trace.gates = {gate};
  trace.outcome = Outcome::refused;
  diagnosis.logins = {trace};
  Finding finding;
  finding.cause = Cause::service_config_syntax;
  finding.locus = {"file", "/etc/ssh/sshd_config", 12, ""};
  finding.users = {"alice"};
  finding.title = say("A line of sshd_config is wrong", "sshd_config の行に誤りがあります");
  finding.explanation = say("sshd does not start", "sshd は起動しません");
  finding.evidence = {{"file", "/etc/ssh/sshd_config", 12, "PermitRootLogin <b>``` prohibit-pasword"}};
  diagnosis.findings = {finding};
  return diagnosis;
}

Receipt mended() {
  Receipt receipt;
  receipt.id = "000001-20261121T024612Z";
  PlanItem item;
  item.cause = Cause::service_config_syntax;
  item.what = say("Comment out the line", "行をコメントアウトします");
  item.own = {EditFile{HostPath("/etc/ssh/sshd_config"), "a\nb\n", "a\n#b\n"},
              SetMode{HostPath("/etc/ssh"), 0777, 0755}};
  receipt.applied = {item};
  receipt.steps = item.own;
  receipt.service.done = ServiceChange::Done::reloaded;
  receipt.service.ran = "systemctl reload ssh.service";
  return receipt;
}

// The headings of an operator's record, in their order.
void expect_headings(const std::string& text, const std::vector<std::string>& headings) {
  std::size_t at = 0;
  for (const std::string& heading : headings) {
    const std::size_t found = text.find("\n## " + heading + "\n", at);
    ASSERT_NE(found, std::string::npos) << heading << "\n" << text;
    at = found;
  }
}

TEST(Incident, HasEveryPartInItsOrderAndBothLanguages) {
  const Diagnosis before = locked_out();
  Diagnosis after = before;
  after.findings.clear();
  after.verdict = Standing::open;
  const Receipt receipt = mended();
  Incident incident;
  incident.command = "reentry fix --apply";
  incident.before = &before;
  incident.after = &after;
  incident.receipt = &receipt;
  incident.undo_command = "reentry undo 000001-20261121T024612Z";
  const std::string en = render_incident(incident, Language::en);
  expect_headings(en, {"Event", "Cause", "Evidence", "Remedy", "Impact", "Rollback"});
  const std::string ja = render_incident(incident, Language::ja);
  expect_headings(ja, {"事象", "原因", "証跡", "対処", "影響", "切戻し"});
  for (const std::string& text : {en, ja}) {
    EXPECT_THAT(text, HasSubstr("/etc/ssh/sshd_config:12"));
    EXPECT_THAT(text, HasSubstr("\n-b\n+#b\n"));
    EXPECT_THAT(text, HasSubstr("0777 -"));
    EXPECT_THAT(text, HasSubstr("alice"));
    EXPECT_THAT(text, HasSubstr("`systemctl reload ssh.service`"));
    EXPECT_THAT(text, HasSubstr("\n$ reentry undo 000001-20261121T024612Z\n"));
    EXPECT_THAT(text, HasSubstr("/var/lib/reentry/transactions/000001-20261121T024612Z"));
  }
  EXPECT_THAT(en, HasSubstr("2 files and directories changed"));
}

TEST(Incident, APlanThatCannotBeAppliedSaysSo) {
  const Diagnosis before = locked_out();
  Plan plan;
  plan.items = mended().applied;
  Incident incident;
  incident.before = &before;
  incident.plan = &plan;
  incident.obstacle = say("it is read-only", "読み取り専用です");
  incident.apply_command = "reentry fix --apply";
  const std::string text = render_incident(incident, Language::en);
  EXPECT_THAT(text, HasSubstr("nothing has been changed"));
  EXPECT_THAT(text, HasSubstr("can't be applied now: it is read-only."));
  EXPECT_THAT(text, Not(HasSubstr("$ reentry fix --apply")));
}

TEST(Incident, TheTargetsBytesStayText) {
  const Diagnosis before = locked_out();
  Incident incident;
  incident.before = &before;
  // The fence is longer than what it holds.
  EXPECT_THAT(render_incident(incident, Language::en),
              HasSubstr("\n````\nPermitRootLogin <b>``` prohibit-pasword\n````\n"));
  const std::string page = render_incident_html(incident, Language::ja);
  EXPECT_THAT(page, HasSubstr("<html lang=\"ja\">"));
  EXPECT_THAT(page, HasSubstr("PermitRootLogin &lt;b&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
}

TEST(Incident, AnUndoNamesWhatItTookBack) {
  UndoPlan undone;
  undone.id = "000003-20261121T024612Z";
  undone.causes = {"auth/home-writable"};
  undone.steps = {{0, HostPath("/home/alice"), say("mode of {}", "{} の権限", "/home/alice"), "",
                   UndoResult::changed_since, say("its mode was changed since", "権限が変更されています")}};
  Incident incident;
  incident.undone = &undone;
  incident.apply_command = "reentry fix --apply";
  const std::string text = render_incident(incident, Language::ja);
  EXPECT_THAT(text, HasSubstr("000003-20261121T024612Z"));
  EXPECT_THAT(text, HasSubstr("- auth/home-writable\n"));
  EXPECT_THAT(text, HasSubstr("変更せず（権限が変更されています）"));
  EXPECT_THAT(text, HasSubstr("$ reentry fix --apply"));
}

TEST(Sheet, MarkupInASentenceIsEscaped) {
  MarkdownSheet sheet;
  sheet.paragraph("# not a heading, *not* bold, `--root <x>` and /etc/ssh/sshd_config");
  EXPECT_EQ(sheet.take(), "\\# not a heading, \\*not\\* bold, `--root <x>` and /etc/ssh/sshd_config\n");
}

}  // namespace
}  // namespace reentry
