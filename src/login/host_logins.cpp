// The logins that a host is there for, where nobody names one.
#include <algorithm>
#include <unordered_set>

#include "facts/authorized_keys.hpp"
#include "facts/key_paths.hpp"
#include "login/password_hash.hpp"
#include "login/replay.hpp"
#include "login/usable_shell.hpp"

namespace reentry {
namespace {

bool could_not_look(const FileFact& file) {
  return file.path.end == PathEnd::denied || (!file.bytes && file.bytes.missing().why == Why::denied);
}

// auth/shell and the session would both take it; one that nobody could look at counts as usable.
bool has_usable_shell(const Facts& facts, const PasswdEntry& user) {
  const std::string shell = user.shell.empty() ? "/bin/sh" : user.shell;
  if (is_nologin_shell(shell)) return false;
  const FileFact* file = facts.paths.find(HostPath(shell));
  if (file == nullptr || could_not_look(*file)) return true;
  // A carriage return or a lost x bit is a fault of the host, not the absence of a login.
  if (!file->path.found()) return shell.find('\r') != std::string::npos;
  return file->path.node().stat.type == FileType::regular;
}

bool has_password(const Facts& facts, const PasswdEntry& user) {
  const ShadowEntry* entry = facts.accounts.shadow_of(user.name);
  const std::string& hash = entry != nullptr ? entry->hash : user.password;
  if (entry == nullptr && user.password == "x") return false;
  const HashState state = state_of_hash(hash, facts.pam.yescrypt);
  return state != HashState::empty && state != HashState::locked;
}

// A line that is a key, or that was meant to be one. What begins like a key is taken for one or the other by
// every reader, so that most files need not be read whole.
bool has_key_line(std::string_view bytes, const SshBuild& build) {
  if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos) return false;
  if (bytes.starts_with("ssh-") || bytes.starts_with("ecdsa-sha2-")) return true;
  const AuthorizedKeys keys = parse_authorized_keys(bytes, build);
  return std::any_of(keys.lines.begin(), keys.lines.end(), [](const AuthorizedLine& line) {
    return line.kind == KeyLineKind::key || line.kind == KeyLineKind::damaged;
  });
}

bool has_key(const Facts& facts, const PasswdEntry& user, const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) {
    const KeyPath name = expand_key_path(pattern, user, facts.accounts, facts.ssh);
    if (name.state != KeyPathState::path) continue;
    const FileFact* file = facts.paths.find(name.path);
    if (file == nullptr) continue;
    if (could_not_look(*file) || (file->bytes && has_key_line(*file->bytes, facts.ssh))) return true;
  }
  // Names that were meant to be authorized_keys; the collector lists them in place of the directory's bytes.
  const FileFact* directory = facts.paths.find(HostPath(user.home) / ".ssh");
  return directory != nullptr && directory->bytes && !directory->bytes->empty();
}

}  // namespace

std::vector<LoginQuestion> host_logins(const Facts& facts) {
  std::vector<LoginQuestion> questions;
  std::unordered_set<std::string> seen;
  const auto ask = [&](const std::string& name) {
    if (!seen.insert(name).second) return;
    LoginQuestion question;
    question.user = name;
    questions.push_back(std::move(question));
  };
  ask("root");
  if (!facts.accounts.passwd) return questions;
  const std::vector<std::string> patterns = all_keys_file_patterns(facts.config);
  for (const PasswdEntry& user : *facts.accounts.passwd) {
    // Of two lines with one name only the first is an account.
    if (facts.accounts.user(user.name) != &user || !has_usable_shell(facts, user)) continue;
    if (has_password(facts, user) || has_key(facts, user, patterns)) ask(user.name);
  }
  return questions;
}

}  // namespace reentry
