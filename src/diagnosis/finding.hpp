// What a check says of a target: values that every renderer shows alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/host_path.hpp"
#include "base/known.hpp"
#include "base/text.hpp"
#include "login/cause.hpp"
#include "login/trace.hpp"

namespace reentry {

enum class Severity { blocker, risk, notice };
enum class Certainty { certain, likely, possible };
enum class Risk { safe, choice, manual };
[[nodiscard]] std::string_view name_of(Severity severity);
[[nodiscard]] std::string_view name_of(Certainty certainty);
[[nodiscard]] std::string_view name_of(Risk risk);

// In what an edit adds: the transaction's name takes the place of what stands in the brackets when it is
// carried out, and says when that was.
inline constexpr std::string_view kTransactionMark = "reentry (transaction pending)";

// Content that is made only when the plan is carried out, because it is a secret or comes from one: no
// diagnosis and no plan ever holds it. repair/made_content.hpp makes it.
struct MadeContent {
  enum class Kind {
    private_key,  // the private half of a new key pair
    public_key,   // the public half of the same pair
    tidied_key,   // the private key that is there, with its line ends as OpenSSH wants them
  };
  Kind kind = Kind::private_key;
  HostPath pair;           // the private key file: both halves of one pair name the same
  std::string type;        // of `ssh-keygen -t`
  std::uint32_t bits = 0;  // of `ssh-keygen -b`; 0: what the type has
  std::string comment;
  bool operator==(const MadeContent&) const = default;
};

// Steps of a repair. Each carries what it expects to find, so that it is not done to something else.
struct EditFile {  // replaces the file's bytes, keeping owner, mode, ACL, extended attributes
  HostPath path;
  std::string before;
  std::string after;
  // Both are empty until it is made. Instead of `before` the rule holds that a private key that loads is
  // never replaced.
  std::optional<MadeContent> made{};
};
struct SetMode {
  HostPath path;
  std::uint32_t before = 0;
  std::uint32_t after = 0;
};
struct SetOwner {
  HostPath path;
  std::uint32_t uid_before = 0, gid_before = 0;
  std::uint32_t uid_after = 0, gid_after = 0;
};
struct SetLabel {  // the SELinux label, `security.selinux`; empty: none
  HostPath path;
  std::string before;
  std::string after;
};
struct CreateFile {
  HostPath path;
  std::string bytes;
  std::uint32_t mode = 0644, uid = 0, gid = 0;
  std::optional<MadeContent> made{};  // `bytes` is empty until it is made
  std::string label{};                // SELinux label; empty: as its directory has it
};
struct CreateDirectory {
  HostPath path;
  std::uint32_t mode = 0755, uid = 0, gid = 0;
  std::string label{};
};
struct RemoveFile {
  HostPath path;
  std::string before;
};
struct RenameFile {
  HostPath from;
  HostPath to;
};
// A symbolic link that is not there yet.
struct CreateLink {
  HostPath path;
  std::string target;
};
// A program of the target that keeps what it changes itself: systemctl, ufw, fail2ban-client. Only on a
// target that runs.
struct RunTool {
  HostPath path;                   // the program
  std::vector<std::string> words;  // its arguments
  std::vector<std::string> back;   // those that take it back; empty: there is nothing to take back
};
using Step = std::variant<EditFile, SetMode, SetOwner, SetLabel, CreateFile, CreateDirectory, RemoveFile,
                          RenameFile, CreateLink, RunTool>;

// One way to mend a finding. Without steps it is for a person: `commands` say what to run.
struct Remedy {
  std::string id;  // `auth/home-writable#drop-write-bits`
  Risk risk = Risk::manual;
  Text text;                          // what it does, one sentence
  std::vector<Step> steps;            // empty: not automatic
  std::vector<std::string> commands;  // what a person would type on the target, in order
  [[nodiscard]] bool automatic() const { return !steps.empty(); }
};

struct Finding {
  Cause cause{};
  Severity severity = Severity::blocker;
  Certainty certainty = Certainty::certain;
  bool at_next_start = false;  // it holds only after the next boot or reload of a target that runs
  Exhibit locus;
  std::vector<std::string> users;  // logins that it keeps out; empty: not a matter of one user
  Text title;                      // of the cause
  Text explanation;                // of this very finding, with its names
  std::vector<Exhibit> evidence;
  std::vector<Remedy> remedies;
  std::vector<Cause> hides;  // what a login meets only once this is mended
};

}  // namespace reentry
