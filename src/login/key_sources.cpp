#include "login/key_sources.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "login/certificates.hpp"
#include "login/exhibits.hpp"
#include "login/key_checks.hpp"
#include "login/keys_command.hpp"
#include "login/near_misses.hpp"

namespace reentry {
namespace {

// Enough of a key's data to know it by: type, length and a good part of the first number.
constexpr std::size_t kKnownByBytes = 40;

void append(std::vector<Obstacle>& to, const std::vector<Obstacle>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// What a file says about one key.
struct FileJudgement {
  const KeysFile* file = nullptr;
  std::vector<KeyOutcome> lines;  // of the lines that speak of it

  [[nodiscard]] const KeyOutcome* first_that_may_let_in() const {
    const auto found =
        std::find_if(lines.begin(), lines.end(), [](const KeyOutcome& line) { return line.may_let_in(); });
    return found == lines.end() ? nullptr : &*found;
  }
  [[nodiscard]] const KeyOutcome* first_that_lets_in() const {
    const auto found =
        std::find_if(lines.begin(), lines.end(), [](const KeyOutcome& line) { return line.lets_in(); });
    return found == lines.end() ? nullptr : &*found;
  }
};

bool is_fragment_of(const AuthorizedLine& line, const PublicKey& key) {
  return line.fragment.size() >= kKnownByBytes && key.plain_blob.starts_with(line.fragment);
}

KeyOutcome judge_plain_line(const KeyContext& context, const KeysFile& file, const AuthorizedLine& line) {
  KeyOutcome out;
  const Exhibit at = line_exhibit(file, line);
  if (line.options.cert_authority) {
    Obstacle obstacle;
    obstacle.cause = Cause::auth_key_option_invalid;
    obstacle.at = at;
    obstacle.details = {{"path", file.path()}, {"error", "cert-authority"}, {"option", "cert-authority"}};
    out.obstacles.push_back(std::move(obstacle));
    return out;
  }
  judge_options(context, line.options, true, at, out);
  for (Obstacle& obstacle : out.obstacles)
    obstacle.details.emplace_back("fingerprint", line.key->fingerprint());
  AcceptedKey accepted;
  accepted.at = at;
  accepted.fingerprint = line.key->fingerprint();
  accepted.forced_command = line.options.command;
  accepted.pty = line.options.pty;
  accepted.port_forwarding = line.options.port_forwarding;
  accepted.agent_forwarding = line.options.agent_forwarding;
  accepted.x11_forwarding = line.options.x11_forwarding;
  accepted.user_rc = line.options.user_rc;
  out.accepted = std::move(accepted);
  return out;
}

FileJudgement judge_file(const KeyContext& context, const KeysFile& file, const PublicKey& key) {
  FileJudgement out;
  out.file = &file;
  for (const AuthorizedLine& line : file.keys.lines) {
    if (line.kind == KeyLineKind::key) {
      const bool names_ca =
          key.certificate && line.options.cert_authority && line.key->blob == key.certificate->ca_blob;
      if (names_ca) {
        out.lines.push_back(judge_certificate_line(context, file, line, key));
      } else if (!key.certificate && line.key->blob == key.blob) {
        out.lines.push_back(judge_plain_line(context, file, line));
      }
    } else if (line.kind == KeyLineKind::damaged && !key.certificate) {
      const bool meant =
          (line.recovered && line.recovered->plain_blob == key.plain_blob) || is_fragment_of(line, key);
      if (!meant) continue;
      KeyOutcome outcome;
      outcome.obstacles.push_back(damaged_line(file, line));
      out.lines.push_back(std::move(outcome));
    }
  }
  return out;
}

Obstacle token_obstacle(const KeyContext& context, const KeysFile& file) {
  Obstacle obstacle;
  obstacle.cause = Cause::auth_keys_file_token;
  obstacle.at = config_exhibit(context.facts(), context.setting("authorizedkeysfile").at);
  obstacle.details = {
      {"keyword", "AuthorizedKeysFile"}, {"pattern", file.name.pattern}, {"token", file.name.token}};
  return obstacle;
}

Obstacle none_obstacle(const KeyContext& context) {
  Obstacle obstacle;
  obstacle.cause = Cause::auth_keys_file_none;
  obstacle.at = config_exhibit(context.facts(), context.setting("authorizedkeysfile").at);
  return obstacle;
}

void add_near_miss(const NearMiss& miss, Obstacle& obstacle) {
  obstacle.details.emplace_back("found_in", miss.path);
  obstacle.details.emplace_back("found_line", std::to_string(miss.line));
  obstacle.details.emplace_back("found_user", miss.user);
  Exhibit proof;
  proof.path = miss.path;
  proof.line = miss.line;
  obstacle.evidence.push_back(std::move(proof));
}

bool home_is_missing(const KeyContext& context) {
  return context.home != nullptr &&
         (context.home->end == PathEnd::absent || context.home->end == PathEnd::not_a_directory);
}

// No file is there. `key` is nullptr where any key would do.
std::vector<Obstacle> missing_obstacles(const KeyContext& context, const std::vector<KeysFile>& files,
                                        const KeysFile& first, const PublicKey* key) {
  std::vector<Obstacle> out;
  const HostPath home(context.user.home);
  if (home_is_missing(context) && first.name.path.is_within(home)) {
    Obstacle obstacle;
    obstacle.cause = Cause::auth_home_missing;
    obstacle.at.path = home.str();
    obstacle.evidence.push_back(passwd_exhibit(context.user));
    obstacle.details = {{"path", home.str()}, {"user", context.user.name}, {"keys_file", first.path()}};
    out.push_back(std::move(obstacle));
    return out;
  }
  append(out, first.obstacles);
  std::optional<NearMiss> miss = misplaced_in_home(context, files, key);
  Obstacle obstacle;
  obstacle.cause = miss && miss->misnamed ? Cause::auth_keys_file_misnamed : Cause::auth_keys_file_missing;
  obstacle.at.path = obstacle.cause == Cause::auth_keys_file_misnamed ? miss->path : first.path();
  obstacle.details = {{"path", obstacle.at.path}, {"expected", first.path()}, {"user", context.user.name}};
  if (first.fact != nullptr && first.fact->path.end == PathEnd::not_a_directory) {
    obstacle.details.emplace_back("not_a_directory", first.fact->path.stopped_at.str());
  }
  if (!miss && key != nullptr) miss = in_other_account(context, *key);
  if (miss) add_near_miss(*miss, obstacle);
  if (key != nullptr) obstacle.details.emplace_back("fingerprint", key->fingerprint());
  const Setting& setting = context.setting("authorizedkeysfile");
  if (!setting.at.is_default()) obstacle.evidence.push_back(config_exhibit(context.facts(), setting.at));
  if (first.name.root_tilde) obstacle.details.emplace_back("tilde", first.name.pattern);
  const bool absent = obstacle.cause == Cause::auth_keys_file_missing;
  out.push_back(std::move(obstacle));
  // Behind it, met as soon as the file is there.
  if (absent) append(out, unsafe_above(context, first));
  return out;
}

// Whole pasted blocks and encodings that make a file useless, and every dead line where no line is alive.
std::vector<Obstacle> dead_lines(const KeysFile& file) {
  std::vector<Obstacle> out;
  const bool alive = file.keys.has_key();
  for (const AuthorizedLine& line : file.keys.lines) {
    if (line.kind != KeyLineKind::damaged) continue;
    if (!alive || cause_of(line.damage) != Cause::auth_key_line_damaged)
      out.push_back(damaged_line(file, line));
    if (out.size() >= 50) break;
  }
  return out;
}

bool is_empty(const KeysFile& file) {
  return std::all_of(file.keys.lines.begin(), file.keys.lines.end(), [](const AuthorizedLine& line) {
    return line.kind == KeyLineKind::blank || line.kind == KeyLineKind::comment;
  });
}

// A file is there and the key is not in it.
std::vector<Obstacle> present_obstacles(const KeyContext& context, const std::vector<KeysFile>& files,
                                        const KeysFile& file, const PublicKey* key) {
  std::vector<Obstacle> out = file.obstacles;
  const bool regular = file.fact->path.found() && file.fact->path.node().stat.type == FileType::regular;
  if (!regular || !file.unknown.empty()) return out;
  Obstacle obstacle;
  obstacle.at.path = file.path();
  obstacle.details = {{"path", file.path()}, {"user", context.user.name}};
  if (is_empty(file)) {
    obstacle.cause = Cause::auth_keys_file_empty;
    obstacle.details.emplace_back("size", std::to_string(file.fact->bytes->size()));
  } else {
    append(out, dead_lines(file));
    if (key == nullptr) return out;
    obstacle.cause = Cause::auth_key_not_authorized;
    const auto keys = std::count_if(file.keys.lines.begin(), file.keys.lines.end(),
                                    [](const AuthorizedLine& line) { return line.kind == KeyLineKind::key; });
    obstacle.details.emplace_back("keys", std::to_string(keys));
  }
  if (key != nullptr) obstacle.details.emplace_back("fingerprint", key->fingerprint());
  std::optional<NearMiss> miss = misplaced_in_home(context, files, key);
  if (!miss && key != nullptr) miss = in_other_account(context, *key);
  if (miss) add_near_miss(*miss, obstacle);
  // The wrong key is the nearer cause than a line that may be anybody's.
  const bool first = obstacle.cause == Cause::auth_key_not_authorized;
  out.insert(first ? out.begin() : out.end(), std::move(obstacle));
  return out;
}

// No file names the key.
std::vector<Obstacle> not_found(const KeyContext& context, const std::vector<KeysFile>& files,
                                const PublicKey* key, const KeysCommand& command) {
  std::vector<Obstacle> out;
  const auto in_state = [&files](KeysFileState state) {
    const auto found = std::find_if(files.begin(), files.end(),
                                    [state](const KeysFile& file) { return file.state == state; });
    return found == files.end() ? nullptr : &*found;
  };
  const KeysFile* present = in_state(KeysFileState::present);
  const KeysFile* missing = in_state(KeysFileState::missing);
  if (present != nullptr) {
    out = present_obstacles(context, files, *present, key);
  } else if (missing != nullptr) {
    out = missing_obstacles(context, files, *missing, key);
  } else if (in_state(KeysFileState::unseen) == nullptr && command.state == KeysCommandState::unset) {
    out.push_back(none_obstacle(context));
  }
  // A program that is there and not run is what should have delivered the key; one that is gone may be a
  // relic of a package beside files that are in use.
  const bool relic = command.program_absent && present != nullptr;
  out.insert(relic ? out.end() : out.begin(), command.obstacles.begin(), command.obstacles.end());
  return out;
}

std::vector<Obstacle> obstacles_of(const KeyContext& context, const std::vector<FileJudgement>& judged,
                                   const std::vector<KeysFile>& files, const PublicKey& key,
                                   const KeyOutcome& trusted, const KeysCommand& command) {
  for (const FileJudgement& file : judged) {
    if (file.first_that_may_let_in() != nullptr) return file.file->obstacles;
  }
  for (const FileJudgement& file : judged) {
    if (file.lines.empty()) continue;
    std::vector<Obstacle> out = file.file->obstacles;
    for (const KeyOutcome& line : file.lines) append(out, line.obstacles);
    return out;
  }
  if (!key.certificate) return not_found(context, files, &key, command);
  if (!trusted.obstacles.empty() || !trusted.unknown.empty()) return trusted.obstacles;
  Obstacle obstacle;
  obstacle.cause = Cause::auth_cert_untrusted;
  obstacle.at.path = context.facts().config.main_file.str();
  obstacle.details = {
      {"fingerprint", key.fingerprint()}, {"key_id", key.certificate->key_id}, {"reason", "no CA"}};
  return {obstacle};
}

}  // namespace

KeyOutcome judge_sources(const KeyContext& context, const std::vector<KeysFile>& files,
                         const PublicKey& key) {
  KeyOutcome out;
  std::vector<FileJudgement> judged;
  for (const KeysFile& file : files) {
    if (file.state == KeysFileState::fatal) {
      out.obstacles.push_back(token_obstacle(context, file));
      out.unknown.clear();
      return out;
    }
    FileJudgement judgement = judge_file(context, file, key);
    if (file.opens() && judgement.first_that_lets_in() != nullptr) return *judgement.first_that_lets_in();
    if (file.obstacles.empty()) {
      out.unknown.insert(out.unknown.end(), file.unknown.begin(), file.unknown.end());
      if (const KeyOutcome* line = judgement.first_that_may_let_in()) out.add(*line);
    }
    judged.push_back(std::move(judgement));
  }
  KeyOutcome trusted;
  if (key.certificate) trusted = judge_trusted_ca(context, key);
  if (trusted.lets_in()) return trusted;
  if (trusted.may_let_in()) out.add(trusted);
  if (!trusted.accepted)
    out.unknown.insert(out.unknown.end(), trusted.unknown.begin(), trusted.unknown.end());
  const KeysCommand command = keys_command(context, "authorizedkeyscommand");
  if (command.state == KeysCommandState::usable || command.state == KeysCommandState::unseen) {
    out.unknown.push_back(command.unknown);
  }
  if (!out.may_let_in()) out.obstacles = obstacles_of(context, judged, files, key, trusted, command);
  return out;
}

KeyOutcome judge_no_key(const KeyContext& context, const std::vector<KeysFile>& files) {
  KeyOutcome out;
  for (const KeysFile& file : files) {
    if (file.state == KeysFileState::fatal) {
      out.obstacles.push_back(token_obstacle(context, file));
      return out;
    }
    if (file.obstacles.empty())
      out.unknown.insert(out.unknown.end(), file.unknown.begin(), file.unknown.end());
  }
  const KeysCommand command = keys_command(context, "authorizedkeyscommand");
  if (command.state == KeysCommandState::usable || command.state == KeysCommandState::unseen) {
    out.unknown.push_back(command.unknown);
  }
  out.obstacles = not_found(context, files, nullptr, command);
  return out;
}

}  // namespace reentry
