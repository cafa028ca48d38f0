// One account on one host in memory, healthy until a test breaks something: for the judges of login/.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "facts/facts.hpp"
#include "facts/public_key.hpp"
#include "login/gates.hpp"
#include "login/pam_stack.hpp"

namespace reentry::testing_support {

// 2026-11-21, a Saturday, 12:00 UTC.
constexpr std::int64_t kToday = 20778;
constexpr std::int64_t kNow = kToday * kSecondsPerDay + 12 * 3600;

class LoginBed {
 public:
  LoginBed() {
    facts.now = kNow;
    facts.ssh.version = {9, 2, 1};
    facts.ssh.version_known = true;
    facts.pam.version = PamVersion{1, 5, 2};
    facts.pam.yescrypt = true;
    facts.pam.utc_offset = 0;
    facts.pam.debian_include = true;
    facts.pam.module_directories = {HostPath("/usr/lib/security")};
    passwd("root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n");
    shadow("root:*:20000:0:99999:7:::\nalice:$6$ab$" + std::string(86, 'x') + ":20000:0:99999:7:::\n");
    group("root:x:0:\nalice:x:1000:\nops:x:2000:alice\n");
    program("/bin/bash");
    directory("/home/alice");
    missing("/etc/nologin");
    missing("/var/run/nologin");
    question.user = "alice";
    question.kind = CredentialKind::key;
    question.asked = true;
    question.from = "192.0.2.7";
    pam("auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_permit.so\n");
    sshd_config("UsePAM yes\nSubsystem sftp internal-sftp\n");
  }

  void passwd(std::string_view bytes) {
    facts.accounts.bad_passwd_lines.clear();
    facts.accounts.passwd = parse_passwd(bytes, facts.accounts.bad_passwd_lines);
    if (facts.accounts.nss_passwd.services.empty()) facts.accounts.nss_passwd.services = {"files"};
    facts.accounts.nsswitch = std::string("passwd: files\n");
    facts.accounts.index();
  }
  void shadow(std::string_view bytes) {
    facts.accounts.bad_shadow_lines.clear();
    facts.accounts.shadow = parse_shadow(bytes, facts.accounts.bad_shadow_lines);
    if (facts.accounts.nss_shadow.services.empty()) facts.accounts.nss_shadow.services = {"files"};
    facts.accounts.index();
  }
  void group(std::string_view bytes) {
    facts.accounts.bad_group_lines.clear();
    facts.accounts.group = parse_group(bytes, facts.accounts.bad_group_lines);
    if (facts.accounts.nss_group.services.empty()) facts.accounts.nss_group.services = {"files"};
    facts.accounts.index();
  }

  void file(std::string_view path, std::string bytes, std::uint32_t mode = 0644, std::uint32_t uid = 0) {
    FileFact fact;
    fact.path = walk(path, FileType::regular, mode, uid);
    fact.path.visited.back().stat.size = bytes.size();
    fact.bytes = std::move(bytes);
    facts.paths.put(std::move(fact));
  }
  void directory(std::string_view path, std::uint32_t mode = 0755, std::uint32_t uid = 0) {
    FileFact fact;
    fact.path = walk(path, FileType::directory, mode, uid);
    facts.paths.put(std::move(fact));
  }
  void missing(std::string_view path) {
    FileFact fact;
    fact.path.asked = HostPath(path);
    fact.path.stopped_at = fact.path.asked;
    fact.bytes = fact.path.missing();
    facts.paths.put(std::move(fact));
  }
  // A script of /bin/sh, which itself has no interpreter.
  void program(std::string_view path, std::uint32_t mode = 0755, std::uint32_t uid = 0) {
    file(path,
         std::string("\x7f"
                     "ELF\x02\x01") +
             std::string(58, '\0'),
         mode, uid);
  }

  // The files of /etc/pam.d by name; `sshd` is what every test has.
  void pam(std::string sshd) { pam({{"sshd", std::move(sshd)}}); }
  void pam(const std::map<std::string, std::string>& files) {
    struct Input final : PamInput {
      explicit Input(const std::map<std::string, std::string>& given) : files(given) {}
      Known<std::string> read(const HostPath& path) override {
        const auto found = files.find(std::string(path.name()));
        if (path.parent().str() != "/etc/pam.d" || found == files.end())
          return Missing{Why::absent, path.str(), {}};
        return found->second;
      }
      bool is_directory(const HostPath& path) override { return path.str() == "/etc/pam.d"; }
      const std::map<std::string, std::string>& files;
    };
    Input input(files);
    facts.pam.sshd = parse_pam_service(input, "sshd", facts.pam.debian_include);
    facts.pam.modules.clear();
    for (const auto* stacks : {&facts.pam.sshd.own, &facts.pam.sshd.other}) {
      for (const auto& stack : *stacks) {
        for (const PamHandler& handler : stack) {
          const bool gone = handler.module.find("gone") != std::string::npos;
          PathFact fact = walk("/usr/lib/security/" + handler.module, FileType::regular, 0644, 0);
          fact.visited.back().stat.size = 1;
          if (gone)
            fact = PathFact{HostPath("/usr/lib/security/" + handler.module), PathEnd::absent, {}, {}, {}, {}};
          facts.pam.modules.emplace(handler.module, std::move(fact));
        }
      }
    }
  }

  void sshd_config(std::string text) {
    struct Input final : ConfigInput {
      explicit Input(const std::string& given) : bytes(given) {}
      Known<std::string> read(const HostPath& path) override {
        if (path.str() != "/etc/ssh/sshd_config") return Missing{Why::absent, path.str(), {}};
        return bytes;
      }
      Known<std::vector<HostPath>> glob(const HostPath&) override { return std::vector<HostPath>{}; }
      const std::string& bytes;
    };
    Input input(text);
    facts.config = parse_sshd_config(input, SshdArguments{}, facts.ssh);
  }

  [[nodiscard]] const PasswdEntry& user() const { return *facts.accounts.user(question.user); }

  // Calls `use` with the input of this login's gates.
  template <typename Use>
  auto judge(Use use) const {
    ConfigEvaluator evaluator(facts.config, facts.ssh);
    MatchContext context;
    context.connection = true;
    context.user = question.user;
    context.address = question.from;
    const PasswdEntry* entry = facts.accounts.user(question.user);
    context.user_exists = entry != nullptr;
    context.groups = entry == nullptr ? std::vector<std::string>{} : facts.accounts.groups_of(*entry).names;
    const EffectiveConfig& connection = evaluator.at(context);
    return use(GateInput{facts, question, evaluator.startup(), connection});
  }
  [[nodiscard]] PamJudgement pam_answer(PamCall call) const {
    return judge([&](const GateInput& input) { return judge_pam({input, user(), call}); });
  }
  // The gate of that id among `gates`; its id is empty when there is none.
  static Gate gate(const std::vector<Gate>& gates, std::string_view id) {
    for (const Gate& entry : gates) {
      if (entry.id == id) return entry;
    }
    return {};
  }

  Facts facts;
  LoginQuestion question;

 private:
  static PathFact walk(std::string_view path, FileType type, std::uint32_t mode, std::uint32_t uid) {
    PathFact fact;
    fact.asked = HostPath(path);
    fact.real = fact.asked;
    fact.end = PathEnd::found;
    HostPath place("/");
    fact.visited.push_back({place, {FileType::directory, 0755, 0, 0, 0, 0}, {}, {}});
    const std::vector<std::string_view> components = fact.asked.components();
    for (std::size_t i = 0; i < components.size(); ++i) {
      place = place / components[i];
      const bool last = i + 1 == components.size();
      const FileStat stat =
          last ? FileStat{type, mode, uid, uid, 0, 0} : FileStat{FileType::directory, 0755, 0, 0, 0, 0};
      fact.visited.push_back({place, stat, {}, {}});
    }
    return fact;
  }
};

}  // namespace reentry::testing_support
