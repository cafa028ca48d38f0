// system/boot-mount
#include <algorithm>

#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

constexpr std::string_view kFstabBlanks = " \t";

// Where the fourth field of a line of fstab begins and ends; both npos where there is none.
struct OptionsField {
  std::size_t begin = std::string_view::npos;
  std::size_t end = std::string_view::npos;
};
OptionsField options_field(std::string_view line) {
  std::size_t at = 0;
  for (int field = 0;; ++field) {
    at = line.find_first_not_of(kFstabBlanks, at);
    if (at == std::string_view::npos) return {};
    const std::size_t end = std::min(line.find_first_of(kFstabBlanks, at), line.size());
    if (field == 3) return {at, end};
    at = end;
  }
}

// The line with `nofail`, or with the option that was meant; empty where it has no field for that.
std::string mended_line(const SeenCase& it, std::string_view option, std::string_view meant) {
  std::string line = it.at.text;
  const OptionsField field = options_field(line);
  if (field.begin == std::string::npos) return {};
  const std::string options = line.substr(field.begin, field.end - field.begin);
  std::string after;
  std::string_view rest = options;
  while (!option.empty() && !rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    const std::string value(one.substr(std::min(one.find('='), one.size())));
    if (!after.empty()) after += ',';
    after += one == option ? std::string(meant) + value : std::string(one);
  }
  if (option.empty()) after = options == "defaults" ? "defaults,nofail" : options + ",nofail";
  return line.replace(field.begin, field.end - field.begin, after);
}

Text what_is_wrong(const SeenCase& it) {
  const std::string_view problem = it.raw("problem");
  if (problem == "type") {
    return say("{} has a file system type that no kernel knows: {}.",
               "{} のファイルシステムの種類 {} はカーネルにありません。", it.where(), it.detail("type"));
  }
  if (problem == "option") {
    return say("{} has the option {}, which no file system knows; {} is probably meant.",
               "{} のオプション {} はどのファイルシステムにもありません。{} の誤記と思われます。", it.where(),
               it.detail("option"), it.detail("meant"));
  }
  if (problem == "not-a-directory")
    return say("{} mounts on {}, which is a file.", "{} のマウント先 {} はファイルです。", it.where(),
               it.detail("where"));
  if (it.has("seen")) {
    return say("{} waits for {}, which is not among the disks that are seen from here.",
               "{} は {} を待ちますが、ここから見えるディスクの中にありません。", it.where(),
               it.detail("spec"));
  }
  return say("{} waits for {}, which is not there.", "{} は {} を待ちますが、存在しません。", it.where(),
             it.detail("spec"));
}

void add_consequence(const SeenCase& it, Finding& finding) {
  finding.explanation.en +=
      " The line has no nofail, so the next start stops in emergency mode before sshd is started.";
  finding.explanation.ja += "nofail がないため、次回の起動は sshd を起動する前に緊急モードで止まります。";
  if (it.raw("root_password") != "no") return;
  finding.explanation.en += " root has no password, so that the console gives no shell either.";
  finding.explanation.ja += "root にパスワードがないため、コンソールからもシェルに入れません。";
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = what_is_wrong(it);
  add_consequence(it, finding);
  if (it.seen.gate != nullptr && it.seen.gate->result == GateResult::pass) finding.severity = Severity::risk;
  if (it.has("seen")) finding.certainty = Certainty::possible;
  const auto replaced = [&it](const std::string& line) {
    return line.empty() ? Steps{} : replace_line(it.input.facts, it.at.path, it.at.line, {line});
  };
  if (it.has("meant")) {
    add_remedy(finding, "spell", Risk::choice,
               say("Write {} instead of {}.", "{} と書きます（現在は {}）。", it.detail("meant"),
                   it.detail("option")),
               replaced(mended_line(it, it.raw("option"), it.raw("meant"))),
               {"vi /etc/fstab", "findmnt --verify"});
  }
  add_remedy(finding, "nofail", Risk::choice,
             say("Let the boot go on without this mount (nofail).",
                 "このマウントがなくても起動が続くようにします（nofail）。"),
             replaced(mended_line(it, {}, {})), {"vi /etc/fstab", "findmnt --verify", "blkid"});
}

}  // namespace

constinit const Check kSystemBootMount = {
    .cause = Cause::system_boot_mount,
    .severity = Severity::blocker,
    .title = {"A line of /etc/fstab stops the boot before sshd starts",
              "/etc/fstab の行により、sshd の起動前に起動処理が止まります"},
    .why =
        {"systemd makes a mount unit of each line and has local-fs.target require it, unless the line says "
         "nofail, noauto or _netdev. When one of them fails, because the device is not there (after 90 "
         "seconds), or the type or an option is misspelt, systemd starts "
         "emergency.target: no network, no sshd, and a shell on the console only for who knows root's "
         "password. Nothing shows it before the next reboot.",
         "systemd は各行からマウントユニットを作り、nofail、noauto、_netdev がなければ local-fs.target "
         "の必須項目にします。デバイスがない（90 "
         "秒待った後）、種類やオプションの誤記などで一つでも失敗すると、"
         "systemd は emergency.target に移ります。ネットワークも sshd も起動せず、コンソールのシェルにも "
         "root のパスワードが必要です。"
         "次に再起動するまで、症状は何も現れません。"},
    .remedy = {"Correct the line, or add nofail where the machine can do without the mount.",
               "行を修正するか、そのマウントがなくても動くなら nofail を付けます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemBootMount, tell); },
};

}  // namespace reentry
