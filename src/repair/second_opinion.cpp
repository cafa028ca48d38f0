#include "repair/second_opinion.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include "base/line_diff.hpp"
#include "base/shown.hpp"
#include "repair/made_content.hpp"

namespace reentry {
namespace {

constexpr std::size_t kLinesKept = 40;

// The gates that `sshd -t` passes through as well.
constexpr std::array<std::string_view, 4> kStartGates = {"service/binary", "service/config",
                                                         "service/privsep", "service/host-keys"};

bool is(const HostPath& path, const PathFact& fact) {
  return path == fact.asked || (fact.found() && path == fact.real);
}

bool is_start_file(const Facts& facts, const HostPath& path) {
  const ServiceFacts& service = facts.service;
  const auto same = [&path](const auto& one) { return is(path, one.path); };
  if (is(path, service.sshd.path) || is(path, service.privsep_directory) || is(path, service.not_to_be_run))
    return true;
  if (std::any_of(service.helpers.begin(), service.helpers.end(), same)) return true;
  if (std::any_of(service.host_keys.begin(), service.host_keys.end(), same)) return true;
  return std::any_of(service.library_faults.begin(), service.library_faults.end(),
                     [&path](const LibraryFault& fault) { return path.str() == fault.path; });
}

// Files that say how sshd is called.
bool is_call_file(const Facts& facts, const HostPath& path) {
  for (const char* folder : {"/etc/systemd", "/run/systemd", "/usr/lib/systemd", "/lib/systemd",
                             "/etc/default", "/etc/sysconfig", "/etc/conf.d"}) {
    if (path.is_within(HostPath(folder))) return true;
  }
  return !facts.unit.file.empty() && path == HostPath(facts.unit.file);
}

// What the plan would leave, path by path.
class Rehearsal {
 public:
  Rehearsal(const Facts& facts, const HostWriter& writer) : facts_(facts), writer_(writer) {}

  // Why the plan can't be shown to sshd; nothing: `pretences` are complete.
  std::optional<Text> play(const Plan& plan) {
    for (const Step& step : plan.steps) {
      if (auto why = play(step)) return why;
    }
    return std::nullopt;
  }

  std::vector<Pretence> pretences;

 private:
  std::optional<Text> play(const Step& step) {
    const HostPath& path = path_of(step);
    const auto* rename = std::get_if<RenameFile>(&step);
    if (is_call_file(facts_, path)) {
      return say("the plan changes how sshd is called; it is asked once that is done",
                 "計画により sshd の起動方法が変わるため、適用後に確認します");
    }
    if (!read_at_start(facts_, path) && (rename == nullptr || !read_at_start(facts_, rename->to))) return {};
    if (made_by(step) != nullptr) {
      return say("the plan makes a new host key; it is asked once that is there",
                 "計画により新しいホスト鍵を作るため、適用後に確認します");
    }
    if (const auto* create = std::get_if<CreateFile>(&step)) {
      note({Pretence::Kind::file, path, create->bytes, create->mode, create->uid, create->gid});
    } else if (const auto* directory = std::get_if<CreateDirectory>(&step)) {
      note({Pretence::Kind::directory, path, {}, directory->mode, directory->uid, directory->gid});
    } else if (std::holds_alternative<RunTool>(step) || std::holds_alternative<CreateLink>(step)) {
      return std::nullopt;  // nothing that it reads: a unit, what another program keeps
    } else if (std::holds_alternative<RemoveFile>(step)) {
      note({Pretence::Kind::gone, path, {}, 0, 0, 0});
    } else {
      return play_on_node(step, path);
    }
    return std::nullopt;
  }

  std::optional<Text> play_on_node(const Step& step, const HostPath& path) {
    std::optional<Pretence> node = now(path);
    if (!node) {
      return say("what the plan leaves of {} can't be shown to it", "計画適用後の {} を再現できません",
                 shown(path.str()));
    }
    if (const auto* edit = std::get_if<EditFile>(&step)) node->bytes = edit->after;
    if (const auto* mode = std::get_if<SetMode>(&step)) node->mode = mode->after;
    if (const auto* owner = std::get_if<SetOwner>(&step)) {
      node->uid = owner->uid_after;
      node->gid = owner->gid_after;
    }
    if (const auto* rename = std::get_if<RenameFile>(&step)) {
      if (node->kind != Pretence::Kind::file) {
        return say("the plan renames a directory that it reads",
                   "計画により参照先ディレクトリの名前が変わります");
      }
      note({Pretence::Kind::gone, path, {}, 0, 0, 0});
      node->path = rename->to;
    }
    note(std::move(*node));
    return std::nullopt;
  }

  void note(Pretence pretence) {
    latest_.insert_or_assign(pretence.path, pretences.size());
    pretences.push_back(std::move(pretence));
  }

  // The file or directory at `path` as the steps so far leave it.
  std::optional<Pretence> now(const HostPath& path) const {
    const auto played = latest_.find(path);
    if (played != latest_.end()) {
      const Pretence& last = pretences[played->second];
      return last.kind == Pretence::Kind::gone ? std::nullopt : std::optional(last);
    }
    const auto image = writer_.image(path);
    if (!image || !image->exists) return std::nullopt;
    const bool directory = image->type == FileType::directory;
    if (!directory && image->type != FileType::regular) return std::nullopt;
    return Pretence{directory ? Pretence::Kind::directory : Pretence::Kind::file,
                    path,
                    image->bytes,
                    image->mode,
                    image->uid,
                    image->gid};
  }

  const Facts& facts_;
  const HostWriter& writer_;
  std::map<HostPath, std::size_t> latest_;
};

std::vector<std::string> words_of_call(const Facts& facts) {
  const SshdArguments& arguments = facts.arguments;
  std::vector<std::string> words = {facts.service.sshd.path.asked.str(), "-t"};
  const auto add = [&words](const char* option, const std::string& value) {
    words.emplace_back(option);
    words.push_back(value);
  };
  if (arguments.config_file) add("-f", arguments.config_file->str());
  for (const auto& option : arguments.options) add("-o", option.first);
  for (const std::string& port : arguments.ports) add("-p", port);
  for (const std::string& key : arguments.host_keys) add("-h", key);
  return words;
}

std::optional<Text> cannot_run(const Facts& facts) {
  struct utsname own {};
  if (::uname(&own) != 0)
    return say("this machine's architecture is not known", "このマシンのアーキテクチャが不明です");
  const std::string& machine = facts.target.machine;
  if (facts.service.sshd.script) return say("its sshd is a script", "対象の sshd がスクリプトです");
  if (!facts.service.sshd.path.found()) return say("it has no sshd", "対象に sshd がありません");
  if (machine.empty())
    return say("its sshd is no program of a known architecture", "対象の sshd のアーキテクチャが不明です");
  if (machine != own.machine) {
    return say("it is for {}, this machine is {}", "対象は {} 用、このマシンは {} です", shown(machine),
               own.machine);
  }
  return std::nullopt;
}

// `PATH: line N: …` and `PATH line N: …` (servconf.c).
Exhibit place_in(std::string_view line) {
  Exhibit at;
  const std::size_t word = line.find(" line ");
  if (!line.starts_with('/') || word == std::string_view::npos) return at;
  std::size_t number = 0;
  const char* begin = line.data() + word + 6;
  const auto parsed = std::from_chars(begin, line.data() + line.size(), number);
  if (parsed.ec != std::errc() || number == 0) return at;
  at.path = std::string(line.substr(0, word));
  if (at.path.ends_with(':')) at.path.pop_back();
  at.line = number;
  return at;
}

// What the sandbox lacks and a running host has.
std::optional<Text> artefact(const std::string& said) {
  if (said.find("bad addr or host") != std::string::npos) {
    return say("ListenAddress names a host, and it was asked without a network",
               "ListenAddress がホスト名で、ネットワークのない環境で確認したためです");
  }
  if (said.find("Missing privilege separation directory: /run/") != std::string::npos ||
      said.find("Missing privilege separation directory: /var/run/") != std::string::npos) {
    return say("it lacks a directory below /run, which only a running host has",
               "起動中のホストにしかない /run 配下のディレクトリがないためです");
  }
  return std::nullopt;
}

SecondOpinion no_opinion(Text why) {
  SecondOpinion out;
  out.why_none = std::move(why);
  return out;
}

}  // namespace

bool read_at_start(const Facts& facts, const HostPath& path) {
  for (const ConfigFile& file : facts.config.files) {
    const FileFact* read = facts.paths.find(file.path);
    if (path == file.path || (read != nullptr && is(path, read->path))) return true;
  }
  const HostPath folder = facts.config.main_file.parent();
  if (folder != HostPath("/etc") && path.is_within(folder)) return true;
  for (const std::string& other : {facts.ssh.config_directory, std::string("/etc/crypto-policies")}) {
    if (path.is_within(HostPath(other))) return true;
  }
  for (const char* file : {"/etc/passwd", "/etc/group", "/etc/nsswitch.conf"}) {
    if (path == HostPath(file)) return true;
  }
  return is_start_file(facts, path) || is_call_file(facts, path);
}

bool touches_start(const Facts& facts, const std::vector<Step>& steps) {
  return std::any_of(steps.begin(), steps.end(), [&facts](const Step& step) {
    const auto* rename = std::get_if<RenameFile>(&step);
    return read_at_start(facts, path_of(step)) || (rename != nullptr && read_at_start(facts, rename->to));
  });
}

std::optional<bool> expect_start(const Diagnosis& diagnosis, const Plan* plan) {
  if (diagnosis.logins.empty()) return std::nullopt;
  const auto mended = [plan](const Obstacle& obstacle) {
    const auto same = [&obstacle](const auto& item) { return item.cause == obstacle.cause; };
    return plan != nullptr && std::any_of(plan->items.begin(), plan->items.end(), same) &&
           std::none_of(plan->left.begin(), plan->left.end(), same);
  };
  bool refused = false;
  bool unknown = false;
  // The service is the same for every login.
  for (const Gate& gate : diagnosis.logins.front().gates) {
    if (std::find(kStartGates.begin(), kStartGates.end(), gate.id) == kStartGates.end()) continue;
    unknown = unknown || gate.result == GateResult::unknown;
    if (gate.result != GateResult::refuse) continue;
    refused = refused || !std::all_of(gate.obstacles.begin(), gate.obstacles.end(), mended);
  }
  if (refused) return false;
  return unknown ? std::nullopt : std::optional(true);
}

SecondOpinion read_answer(const SandboxAnswer& answer) {
  SecondOpinion out;
  for (std::string_view line : split_lines(answer.said)) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || out.said.size() == kLinesKept) continue;
    out.said.emplace_back(line);
    if (out.at.path.empty()) out.at = place_in(line);
  }
  switch (answer.end) {
    case SandboxAnswer::End::not_run: out.why_none = answer.why_not; break;
    case SandboxAnswer::End::too_long:
      out.why_none = say("it gave no answer in time and was ended", "時間内に応答がなく、終了させました");
      break;
    case SandboxAnswer::End::too_much:
      out.why_none = say("it printed without end and was ended", "出力が際限なく続き、終了させました");
      break;
    case SandboxAnswer::End::killed:
      out.why_none = say("it died of signal {}", "シグナル {} で終了しました", answer.status);
      break;
    case SandboxAnswer::End::exited:
      if (answer.status == 0) {
        out.verdict = SecondOpinion::Verdict::accepts;
        break;
      }
      if (auto why = artefact(answer.said)) {
        out.why_none = std::move(*why);
      } else {
        out.verdict = SecondOpinion::Verdict::refuses;
      }
      break;
  }
  return out;
}

SecondOpinion ask_sshd(const Facts& facts, const Diagnosis& diagnosis, const HostWriter& writer,
                       const Plan* plan) {
  if (auto why = cannot_run(facts)) return no_opinion(std::move(*why));
  SandboxRun run;
  run.root = writer.directory();
  run.program = facts.service.sshd.path.real.str();
  run.arguments = words_of_call(facts);
  const std::string& directory = facts.ssh.privsep_directory;
  run.run_directories = {HostPath("/run/sshd")};
  if (!directory.empty()) run.run_directories.emplace_back(directory);
  if (plan != nullptr) {
    Rehearsal rehearsal(facts, writer);
    if (auto why = rehearsal.play(*plan)) return no_opinion(std::move(*why));
    run.pretences = std::move(rehearsal.pretences);
  }
  SecondOpinion out = read_answer(run_in_sandbox(run));
  out.planned = plan != nullptr && !plan->empty();
  out.we_expect = expect_start(diagnosis, plan);
  for (const std::string& word : run.arguments) out.command += (out.command.empty() ? "" : " ") + word;
  return out;
}

}  // namespace reentry
