// service/disabled
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// What `systemctl enable` does for a unit whose [Install] section names one target.
Steps enable_steps(const SeenCase& it) {
  const Facts& facts = it.input.facts;
  if (facts.unit.wanted_by.size() != 1 || facts.unit.masked) return {};
  const HostPath directory("/etc/systemd/system/" + facts.unit.wanted_by.front() + ".wants");
  Steps steps;
  const FileFact* known = facts.paths.find(directory);
  if (known == nullptr) return {};
  if (known->path.end == PathEnd::absent) steps.push_back(CreateDirectory{directory, 0755, 0, 0});
  steps.push_back(CreateLink{directory / facts.unit.name, facts.unit.file});
  return steps;
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say(
      "No link to {} stands below {}, and neither a socket nor another unit is seen to start it: it does not "
      "come up when this host boots.",
      "{} へのリンクが {} "
      "以下になく、ソケットや他のユニットから起動される設定も見つかりません。このホストの起動時に sshd "
      "は起動しません。",
      it.detail("unit"), "/etc/systemd/system");
  add_remedy(finding, "enable", Risk::choice,
             say("Enable {}, so that it is started at boot.",
                 "{} を有効にし、起動時に開始されるようにします。", it.detail("unit")),
             enable_steps(it), {"systemctl enable " + unit_name(it.input.facts)});
}

}  // namespace

constinit const Check kServiceDisabled = {
    .cause = Cause::service_disabled,
    .severity = Severity::blocker,
    .title = {"nothing starts sshd at boot", "起動時に sshd を開始する設定がありません"},
    .why =
        {"systemd starts at boot what the targets' .wants and .requires folders link to. A unit that was "
         "started by hand works until the next boot; after it clients get `Connection refused`.",
         "systemd は起動時に、各ターゲットの .wants と .requires "
         "フォルダーにリンクされたユニットを開始します。手動で起動したユニットは次の再起動までしか動作せず、"
         "再起動後は `Connection refused` になります。"},
    .remedy = {"Enable the unit (systemctl enable), or its socket.",
               "ユニットまたはソケットを有効にします（systemctl enable）。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceDisabled, tell); },
};

}  // namespace reentry
