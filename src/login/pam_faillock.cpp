// pam_faillock: pam_faillock.c (check_tally, args_parse), faillock.conf(5). A right password is refused while
// the tally of wrong ones is full; the account call never refuses.
#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/time.hpp"
#include "login/exhibits.hpp"
#include "login/pam_modules.hpp"
#include "login/storage.hpp"

namespace reentry::pam {
namespace {

struct Options {
  std::string directory = "/var/run/faillock";
  std::uint64_t deny = 3;
  std::uint64_t fail_interval = 900;
  std::uint64_t unlock_time = 600;  // seconds; 0 is never
  std::optional<std::uint64_t> root_unlock_time;
  bool even_deny_root = false;
  std::string admin_group;
};

std::optional<std::uint64_t> leading_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ptr == text.data()) return std::nullopt;
  return value;
}

std::uint64_t time_of(std::string_view text, std::uint64_t otherwise) {
  return text == "never" ? 0 : leading_number(text).value_or(otherwise);
}

void set_option(Options& options, std::string_view name, std::string_view value) {
  if (name == "dir" && !value.empty() && value.front() == '/') options.directory = value;
  if (name == "deny") options.deny = leading_number(value).value_or(options.deny);
  if (name == "fail_interval") options.fail_interval = leading_number(value).value_or(options.fail_interval);
  if (name == "unlock_time") options.unlock_time = time_of(value, options.unlock_time);
  if (name == "root_unlock_time") options.root_unlock_time = time_of(value, options.unlock_time);
  if (name == "even_deny_root") options.even_deny_root = true;
  if (name == "admin_group") options.admin_group = value;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

void read_configuration(Options& options, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    line = trimmed(line.substr(0, line.find('#')));
    const std::size_t equals = line.find('=');
    set_option(options, trimmed(line.substr(0, equals)),
               equals == std::string_view::npos ? std::string_view() : trimmed(line.substr(equals + 1)));
  }
}

struct Tally {
  std::uint64_t failures = 0;
  std::uint64_t latest = 0;  // seconds since 1970
};

// Records of 64 bytes: source[52], reserved, status, time, in the byte order of the machine.
Tally read_tally(std::string_view bytes, std::uint64_t fail_interval) {
  constexpr std::size_t kRecord = 64;
  constexpr std::uint16_t kValid = 1;
  std::vector<std::uint64_t> times;
  for (; bytes.size() >= kRecord; bytes.remove_prefix(kRecord)) {
    std::uint16_t status = 0;
    std::uint64_t time = 0;
    std::memcpy(&status, bytes.data() + 54, sizeof status);
    std::memcpy(&time, bytes.data() + 56, sizeof time);
    if ((status & kValid) != 0) times.push_back(time);
  }
  Tally tally;
  for (const std::uint64_t time : times) tally.latest = std::max(tally.latest, time);
  for (const std::uint64_t time : times) tally.failures += tally.latest - time < fail_interval ? 1U : 0U;
  return tally;
}

bool is_admin(const PamQuestion& question, const Options& options) {
  return question.user.uid == 0 ||
         (!options.admin_group.empty() &&
          in_group(question.input.facts, question.user, options.admin_group) == Member::yes);
}

// Locked until that second; 0 means for ever; nothing when it is not locked.
std::optional<std::uint64_t> locked_until(const PamQuestion& question, const Options& options,
                                          const Tally& tally) {
  const bool admin = is_admin(question, options);
  if ((admin && !options.even_deny_root) || options.deny == 0 || tally.failures < options.deny)
    return std::nullopt;
  const std::uint64_t wait =
      admin ? options.root_unlock_time.value_or(options.unlock_time) : options.unlock_time;
  if (wait == 0) return 0;
  const std::uint64_t until = tally.latest + wait;
  const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(0, question.input.facts.now));
  return until < now ? std::nullopt : std::optional(until);
}

}  // namespace

ModuleVerdict judge_faillock(const PamQuestion& question, const PamHandler& handler) {
  if (question.call == PamCall::account) return answers(PamCode::success);
  const Facts& facts = question.input.facts;
  const PamCode fine = has_argument(handler, "authfail") ? PamCode::ignore : PamCode::success;
  const std::string configuration(argument(handler, "conf").value_or("/etc/security/faillock.conf"));
  Options options;
  const Known<std::string> bytes = file_bytes(facts, configuration);
  if (bytes) {
    read_configuration(options, *bytes);
  } else if (!bytes.is_absent()) {
    return unknown(question.call, bytes.missing());
  }
  for (const std::string& entry : handler.arguments) {
    const std::size_t equals = entry.find('=');
    set_option(options, std::string_view(entry).substr(0, equals),
               equals == std::string::npos ? std::string_view() : std::string_view(entry).substr(equals + 1));
  }
  const HostPath directory(options.directory);
  const FileFact* file = facts.paths.find(directory / question.user.name);
  if (file == nullptr) {
    const auto& listed = facts.pam.tally_directories;
    if (std::find(listed.begin(), listed.end(), directory) != listed.end()) return answers(fine);
    return unknown(question.call, {Why::not_asked, (directory / question.user.name).str(), {}});
  }
  if (!file->bytes)
    return file->bytes.is_absent() ? answers(fine) : unknown(question.call, file->bytes.missing());
  // open_tally opens for writing what is there, be it only to read it; the failure is PAM_SYSTEM_ERR.
  if (writes_at(facts, question.input.when, directory.str()) == Writes::read_only &&
      !has_argument(handler, "authfail")) {
    return denies(PamCode::system_err,
                  failed_write(facts, Writes::read_only, file->path.asked.str(), exhibit_of(handler)));
  }
  const Tally tally = read_tally(*file->bytes, options.fail_interval);
  const std::optional<std::uint64_t> until = locked_until(question, options, tally);
  if (!until) return answers(fine);
  Obstacle obstacle{Cause::auth_password_faillock,
                    {"file", file->path.asked.str(), 0, {}},
                    {exhibit_of(handler)},
                    {{"user", question.user.name},
                     {"failures", std::to_string(tally.failures)},
                     {"deny", std::to_string(options.deny)}}};
  obstacle.details.emplace_back("until",
                                *until == 0 ? "never" : utc_timestamp(static_cast<std::int64_t>(*until)));
  return denies(PamCode::auth_err, std::move(obstacle));
}

}  // namespace reentry::pam
