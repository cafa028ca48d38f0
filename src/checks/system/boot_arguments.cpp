// system/boot-arguments
#include <algorithm>

#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// `line` without the word `argument`, and without the blank in front of it.
std::string without_word(std::string_view line, std::string_view argument) {
  for (std::size_t at = line.find(argument); at != std::string_view::npos; at = line.find(argument, at + 1)) {
    const std::size_t end = at + argument.size();
    const bool begins = at > 0 && (line[at - 1] == ' ' || line[at - 1] == '\t');
    const bool ends = end == line.size() || line[end] == ' ' || line[end] == '\t' || line[end] == '\r';
    if (begins && ends) return std::string(line.substr(0, at - 1)) + std::string(line.substr(end));
  }
  return {};
}

// The argument leaves every entry for daily use in the files that the loader reads.
Steps without_argument(const SeenCase& it) {
  const Facts& facts = it.input.facts;
  std::vector<std::string> files;
  for (const KernelEntry& entry : facts.system.kernels) {
    if (std::find(files.begin(), files.end(), entry.file) == files.end()) files.push_back(entry.file);
  }
  Steps steps;
  for (const std::string& file : files) {
    const auto before = bytes_of(facts, file);
    if (!before) return {};
    std::string after;
    std::size_t number = 0;
    for (std::size_t at = 0; at < before->size();) {
      const std::size_t end = std::min(before->find('\n', at), before->size());
      std::string line = before->substr(at, end - at);
      ++number;
      for (const KernelEntry& entry : facts.system.kernels) {
        const bool here = entry.file == file && entry.line == number && !entry.is_recovery();
        const std::string without = here ? without_word(line, it.raw("argument")) : std::string();
        if (!without.empty()) line = without;
      }
      after += line;
      if (end < before->size()) after += '\n';
      at = end + 1;
    }
    for (Step& step : edit_file(facts, file, after)) steps.push_back(std::move(step));
  }
  return steps;
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      it.raw("argument").starts_with("init=")
          ? say("{} starts the kernel with `{}`: that program runs instead of systemd, and no sshd.",
                "{} はカーネルを `{}` 付きで起動します。systemd の代わりにそのプログラムが動き、sshd "
                "は起動されません。",
                it.where(), it.detail("argument", "?"))
          : say("{} starts the kernel with `{}`: systemd goes to {}, without sshd.",
                "{} はカーネルを `{}` 付きで起動します。systemd は {} に入り、sshd は起動されません。",
                it.where(), it.detail("argument", "?"), it.detail("target", "rescue.target"));
  if (it.raw("all") == "no") {
    finding.explanation.en += " Other entries of the menu do not.";
    finding.explanation.ja += "メニューのほかの項目にはありません。";
  }
  if (it.seen.gate != nullptr && it.seen.gate->result == GateResult::pass) finding.severity = Severity::risk;
  add_remedy(
      finding, "drop", Risk::choice,
      say("Take `{}` out of the boot menu.", "起動メニューから `{}` を外します。",
          it.detail("argument", "?")),
      it.has("argument") ? without_argument(it) : Steps{},
      {"grep -n GRUB_CMDLINE /etc/default/grub", "update-grub || grub2-mkconfig -o /boot/grub2/grub.cfg",
       "grubby --update-kernel=ALL --remove-args=" + shell_word(it.detail("argument", "single"))});
}

}  // namespace

constinit const Check kSystemBootArguments = {
    .cause = Cause::system_boot_arguments,
    .severity = Severity::blocker,
    .title = {"The kernel's command line keeps sshd from being started",
              "カーネルの起動引数により sshd が起動されません"},
    .why =
        {"Words such as single, rescue, emergency and systemd.unit= on the kernel's command line take "
         "the place of default.target, and init= takes the place of systemd itself. They are meant for one "
         "repair at the console; where they stay in the boot menu, every start ends in that mode and "
         "nobody can log in over the network.",
         "カーネルの起動引数の single、rescue、emergency、systemd.unit= は default.target "
         "の代わりになり、init= は systemd "
         "そのものの代わりになります。本来はコンソールでの修復のために一度だけ使うもので、起動メニューに残る"
         "と、"
         "毎回そのモードで起動し、ネットワーク経由ではログインできません。"},
    .remedy = {"Take the word out of the boot loader's configuration and its menu.",
               "ブートローダーの設定とメニューから、その引数を外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemBootArguments, tell); },
};

}  // namespace reentry
