// pam_limits.c: a limit that can't be set, or too many logins, refuses the session.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>

#include "base/ascii_case.hpp"
#include "login/exhibits.hpp"
#include "login/pam_modules.hpp"

namespace reentry::pam {
namespace {

// Whose entry it is: the lower one wins, and of two alike the later one.
enum class Source { user, group, all_group, all, fallback, none };

struct Limit {
  Source source = Source::none;
  std::int64_t value = 0;  // -1: unlimited
  std::string path;
  std::size_t line = 0;
  std::string text;
};

// A resource without which no command starts. Values below come from trials with OpenSSH 9.2 and bash on
// x86_64: at `refuses` and below no session came up, from `enough` on every one did.
struct Resource {
  std::string_view item;
  std::int64_t refuses;
  std::int64_t enough;
};
constexpr std::array kResources = {
    Resource{"nproc", 1, 2},     Resource{"nofile", 10, 20}, Resource{"as", 8000, 100000},  // KiB
    Resource{"data", 500, 8000}, Resource{"stack", 8, 128},  Resource{"cpu", -1, 1},        // minutes
};

struct Limits {
  Limit logins;  // maxlogins, maxsyslogins
  std::array<Limit, kResources.size()> soft;
  std::array<Limit, kResources.size()> hard;
  bool exempt = false;  // `USER -`: no limits at all
};

enum class Domain { no, yes, unknown };

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::size_t start = 0;
  while ((start = line.find_first_not_of(" \t\r\v\f", start)) != std::string_view::npos && words.size() < 5) {
    const std::size_t end = std::min(line.find_first_of(" \t\r\v\f", start), line.size());
    words.emplace_back(line.substr(start, end - start));
    start = end;
  }
  return words;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  return text.empty() || parsed.ptr != text.data() + text.size() ? std::nullopt : std::optional(value);
}

// `MIN:MAX`, `MIN:`, `:MAX` (exactly that one) of ids.
Domain in_id_range(std::string_view range, std::uint32_t id) {
  const std::size_t colon = range.find(':');
  const std::optional<std::uint64_t> least = whole_number(range.substr(0, colon));
  const std::optional<std::uint64_t> most = whole_number(range.substr(colon + 1));
  if (colon == 0) return most && *most == id ? Domain::yes : Domain::no;
  if (!least) return Domain::no;
  if (colon + 1 == range.size()) return id >= *least ? Domain::yes : Domain::no;
  return most && id >= *least && id <= *most ? Domain::yes : Domain::no;
}

std::size_t index_of(std::string_view item) {
  std::size_t i = 0;
  while (i < kResources.size() && kResources[i].item != item) ++i;
  return i;
}

class LimitsReader {
 public:
  explicit LimitsReader(const PamQuestion& question) : question_(question) {}

  void read(const std::string& path, std::string_view bytes) {
    std::size_t number = 0;
    while (!bytes.empty() && !limits.exempt) {
      const std::size_t end = bytes.find('\n');
      const std::string_view line = bytes.substr(0, end);
      bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
      ++number;
      if (line.empty() || line.front() == '#') continue;
      const std::vector<std::string> words = words_of(line.substr(0, line.find('#')));
      if (words.size() == 2 && words[1] == "-") {
        if (words[0] != "*" && words[0].front() != '%' && applies(words[0]).first == Domain::yes)
          limits.exempt = true;
      } else if (words.size() >= 4) {
        take(words, {Source::none, 0, path, number, std::string(line)});
      }
    }
  }

  Limits limits;
  bool unsure = false;

 private:
  std::pair<Domain, Source> applies(const std::string& domain) {
    const Facts& facts = question_.input.facts;
    if (domain == question_.user.name) return {Domain::yes, Source::user};
    const bool named_group =
        (domain.front() == '@' || domain.front() == '%') && domain.find(':') == std::string::npos;
    if (spares_root() && (named_group || domain == "*")) return {Domain::no, Source::none};
    if (domain == "*") return {Domain::yes, Source::fallback};
    if (domain == "%") return {Domain::yes, Source::all};
    const bool at = domain.front() == '@';
    if (at || domain.front() == '%') {
      const std::string_view name = std::string_view(domain).substr(1);
      const Source source = at ? Source::group : Source::all_group;
      if (name.find(':') != std::string_view::npos) return {in_id_range(name, question_.user.gid), source};
      const Member member = name.empty() ? Member::no : in_group(facts, question_.user, name);
      return {member == Member::yes  ? Domain::yes
              : member == Member::no ? Domain::no
                                     : Domain::unknown,
              source};
    }
    if (domain.find(':') != std::string::npos) return {in_id_range(domain, question_.user.uid), Source::user};
    return {Domain::no, Source::none};
  }

  // Debian's limits.conf(5): root is meant only by name and by number, not by `*` or a group's name.
  [[nodiscard]] bool spares_root() const {
    return question_.user.uid == 0 && question_.input.facts.pam.debian_include;
  }

  void take(const std::vector<std::string>& words, Limit limit) {
    const auto [domain, source] = applies(words[0]);
    if (domain == Domain::no) return;
    const std::string type = lowered(words[1]);
    const std::string item = lowered(words[2]);
    const std::string value = lowered(words[3]);
    const bool logins = item == "maxlogins" || item == "maxsyslogins";
    if (!logins && type != "soft" && type != "hard" && type != "-") return;
    const std::size_t resource = index_of(item);
    if (!logins && resource == kResources.size()) return;
    // `%` is for maxlogins alone.
    if ((source == Source::all || source == Source::all_group) && item != "maxlogins") return;
    if (domain == Domain::unknown) {
      unsure = true;
      return;
    }
    if (value == "-1" || value == "-" || value == "unlimited" || value == "infinity") {
      limit.value = -1;
    } else {
      std::int64_t parsed = 0;
      const auto result = std::from_chars(value.data(), value.data() + value.size(), parsed);
      if (result.ptr == value.data()) return;
      limit.value =
          result.ec == std::errc::result_out_of_range ? std::numeric_limits<std::int64_t>::max() : parsed;
    }
    limit.source = source;
    if (logins) {
      keep(limits.logins, limit);
      return;
    }
    if (type != "hard") keep(limits.soft[resource], limit);
    if (type != "soft") keep(limits.hard[resource], limit);
  }

  static void keep(Limit& into, const Limit& limit) {
    if (limit.source <= into.source) into = limit;
  }

  const PamQuestion& question_;
};

// utmp(5) records of the user's logins, as far as the file shows.
std::size_t logins_in(std::string_view utmp, std::string_view user) {
  constexpr std::size_t kRecord = 384;
  constexpr std::int16_t kUserProcess = 7;
  std::size_t count = 0;
  for (; utmp.size() >= kRecord; utmp.remove_prefix(kRecord)) {
    std::int16_t type = 0;
    std::memcpy(&type, utmp.data(), sizeof type);
    const std::string_view name = utmp.substr(44, 32);
    if (type == kUserProcess && name.substr(0, name.find('\0')) == user) ++count;
  }
  return count;
}

// Threads that the user has already; nothing where that was not counted, or is another number at that time.
std::optional<std::int64_t> tasks_now(const PamQuestion& question) {
  const auto& counted = question.input.facts.system.tasks_of_users;
  if (!counted || question.input.when != When::now) return std::nullopt;
  const auto found = counted->find(question.user.uid);
  return found == counted->end() ? 0 : static_cast<std::int64_t>(found->second);
}

ModuleVerdict refuses(const PamQuestion& question, const PamHandler& handler, const Limit& limit,
                      std::string item) {
  return denies(
      PamCode::perm_denied,
      {Cause::session_limits,
       {"file", limit.path, limit.line, limit.text},
       {exhibit_of(handler)},
       {{"user", question.user.name}, {"item", std::move(item)}, {"value", std::to_string(limit.value)}}});
}

// maxlogins: 0 refuses everybody but root; more is held against the logins that are open.
std::optional<ModuleVerdict> judge_logins(const PamQuestion& question, const PamHandler& handler,
                                          const Limit& limit) {
  if (limit.source == Source::none || question.user.uid == 0 || limit.value < 0) return std::nullopt;
  if (limit.value == 0) return refuses(question, handler, limit, "maxlogins");
  const Known<std::string> utmp = file_bytes(question.input.facts, "/run/utmp");
  if (utmp.is_absent()) return std::nullopt;
  if (!utmp) return unknown(question.call, utmp.missing());
  if (logins_in(*utmp, question.user.name) < static_cast<std::uint64_t>(limit.value)) return std::nullopt;
  return unknown(question.call, {Why::offline, "/run/utmp", "maxlogins"});
}

// setrlimit(2) refuses a nofile above fs.nr_open, and only Debian's pam_limits goes on then. systemd raises
// fs.nr_open to the kernel's own limit, other systems leave it at 1048576.
std::optional<ModuleVerdict> judge_open_files(const PamQuestion& question, const PamHandler& handler,
                                              const Limit& limit) {
  constexpr std::int64_t kDefault = 1048576;
  constexpr std::int64_t kKernelMost = 2147483584;
  if (limit.source == Source::none || limit.value <= kDefault || question.input.facts.pam.debian_include) {
    return std::nullopt;
  }
  if (limit.value > kKernelMost) return refuses(question, handler, limit, "nofile");
  return unknown(question.call, {Why::offline, "/proc/sys/fs/nr_open", {}});
}

// A session that comes up and can't fork, map or open is as shut as one that PAM refuses. Root is exempt from
// nproc.
std::optional<ModuleVerdict> judge_resource(const PamQuestion& question, const PamHandler& handler,
                                            const Resource& resource, const Limit& soft, const Limit& hard) {
  const auto is_set = [](const Limit& limit) { return limit.source != Source::none && limit.value >= 0; };
  const Limit* effective = is_set(soft) ? &soft : nullptr;
  if (is_set(hard) && (effective == nullptr || hard.value < effective->value)) effective = &hard;
  if (effective == nullptr || (question.user.uid == 0 && resource.item == "nproc")) return std::nullopt;
  // sshd's process for the user is counted before the shell's.
  const std::optional<std::int64_t> tasks = resource.item == "nproc" ? tasks_now(question) : std::nullopt;
  if (tasks && *tasks > 0 && effective->value < *tasks + 2) {
    ModuleVerdict verdict = refuses(question, handler, *effective, "nproc");
    verdict.obstacles.front().details.emplace_back("tasks", std::to_string(*tasks));
    verdict.obstacles.front().certain = false;
    return verdict;
  }
  if (effective->value <= resource.refuses)
    return refuses(question, handler, *effective, std::string(resource.item));
  if (effective->value >= resource.enough) return std::nullopt;
  return unknown(question.call, {Why::offline, effective->path, std::string(resource.item)});
}

// limits.conf, or a name in limits.d that fopen(3) does not find (a dangling symlink): up to 1.5.2 the
// session ends with service_err, 1.7.0 goes on (both tried). Nothing when it goes on.
std::optional<ModuleVerdict> without_file(const PamQuestion& question, const PamHandler& handler,
                                          const std::string& path) {
  constexpr PamVersion kLastStrict{1, 5, 2};
  constexpr PamVersion kFirstLenient{1, 7, 0};
  const Known<PamVersion>& version = question.input.facts.pam.version;
  if (version && *version >= kFirstLenient) return std::nullopt;
  if (!version) return unknown(question.call, version.missing());
  if (*version > kLastStrict) return unknown(question.call, {Why::absent, path, {}});
  return denies(PamCode::service_err, {Cause::session_limits,
                                       {"file", path, 0, {}},
                                       {exhibit_of(handler)},
                                       {{"user", question.user.name}, {"item", "file"}}});
}

}  // namespace

ModuleVerdict judge_limits(const PamQuestion& question, const PamHandler& handler) {
  const Facts& facts = question.input.facts;
  const std::optional<std::string_view> own_file = argument(handler, "conf");
  std::vector<std::string> paths = {std::string(own_file.value_or("/etc/security/limits.conf"))};
  if (!own_file) {
    for (const HostPath& path : facts.pam.limits_files) paths.push_back(path.str());
  }
  LimitsReader reader(question);
  for (const std::string& path : paths) {
    const Known<std::string> bytes = file_bytes(facts, path);
    if (bytes.is_absent()) {
      const std::optional<ModuleVerdict> verdict = without_file(question, handler, path);
      if (verdict) return *verdict;
      continue;
    }
    if (!bytes) return unknown(question.call, bytes.missing());
    reader.read(path, *bytes);
  }
  if (reader.limits.exempt) return answers(PamCode::success);
  if (reader.unsure) return unknown(question.call, groups_missing(facts));
  if (auto verdict = judge_logins(question, handler, reader.limits.logins)) return *verdict;
  if (auto verdict = judge_open_files(question, handler, reader.limits.hard[index_of("nofile")]))
    return *verdict;
  for (std::size_t i = 0; i < kResources.size(); ++i) {
    if (auto verdict =
            judge_resource(question, handler, kResources[i], reader.limits.soft[i], reader.limits.hard[i])) {
      return *verdict;
    }
  }
  return answers(PamCode::success);
}

}  // namespace reentry::pam
