// Modules that hold the user against a file: pam_nologin, pam_shells, pam_listfile, pam_securetty,
// pam_namespace.
#include <algorithm>

#include "login/exhibits.hpp"
#include "login/pam_modules.hpp"

namespace reentry::pam {
namespace {

template <typename Use>
void each_line(std::string_view bytes, Use use) {
  std::size_t number = 0;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    use(++number, bytes.substr(0, end));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  }
}

bool is_open_to_world(const FileStat& stat) {
  return (stat.mode & 0002U) != 0 || stat.type != FileType::regular;
}

Exhibit node_exhibit(const PathFact& path) {
  return {"file", path.found() ? path.node().path.str() : path.asked.str(), 0, {}};
}

// The nologin file that is there, or nullptr; `missing` is set when one could not be looked at.
const FileFact* nologin_file(const Facts& facts, const std::vector<std::string_view>& paths,
                             Missing& missing) {
  for (const std::string_view path : paths) {
    const FileFact* file = facts.paths.find(HostPath(path));
    if (file == nullptr) {
      missing = {Why::not_asked, std::string(path), {}};
    } else if (file->path.found()) {
      return file;
    } else if (file->path.end == PathEnd::denied || file->path.end == PathEnd::failed) {
      missing = file->path.missing();
    }
  }
  return nullptr;
}

}  // namespace

// pam_nologin.c: /var/run/nologin, then /etc/nologin, or file=. Only uid 0 passes.
ModuleVerdict judge_nologin(const PamQuestion& question, const PamHandler& handler) {
  const PamCode otherwise = has_argument(handler, "successok") ? PamCode::success : PamCode::ignore;
  std::vector<std::string_view> paths = {"/var/run/nologin", "/etc/nologin"};
  if (const auto file = argument(handler, "file")) paths = {*file};
  Missing missing;
  const FileFact* file = nologin_file(question.input.facts, paths, missing);
  if (file == nullptr) {
    return missing.where.empty() ? answers(otherwise) : unknown(question.call, std::move(missing));
  }
  if (question.user.uid == 0) return answers(otherwise);
  Obstacle obstacle{Cause::account_nologin,
                    node_exhibit(file->path),
                    {exhibit_of(handler)},
                    {{"user", question.user.name}, {"file", file->path.asked.str()}}};
  if (file->bytes) obstacle.at.text = line_of(*file->bytes, 1);
  return denies(PamCode::auth_err, std::move(obstacle));
}

// pam_shells.c: the shell must be a whole line of /etc/shells; a world-writable or missing file denies
// everybody.
ModuleVerdict judge_shells(const PamQuestion& question, const PamHandler& handler) {
  const std::string shell = question.user.shell.empty() ? "/bin/sh" : question.user.shell;
  const PathFact* path = path_fact(question.input.facts, "/etc/shells");
  const Known<std::string> bytes = file_bytes(question.input.facts, "/etc/shells");
  if (path == nullptr || (!bytes && !bytes.is_absent())) return unknown(question.call, bytes.missing());
  Obstacle obstacle{Cause::account_pam_shells,
                    {"file", "/etc/shells", 0, {}},
                    {exhibit_of(handler), passwd_exhibit(question.user)},
                    {{"user", question.user.name}, {"shell", shell}}};
  if (!path->found()) {
    obstacle.details.emplace_back("why", "no file");
    return denies(PamCode::auth_err, std::move(obstacle));
  }
  if (is_open_to_world(path->node().stat)) {
    obstacle.details.emplace_back("why", "world-writable");
    return denies(PamCode::auth_err, std::move(obstacle));
  }
  bool listed = false;
  each_line(*bytes, [&](std::size_t, std::string_view line) { listed = listed || line == shell; });
  if (listed) return answers(PamCode::success);
  obstacle.details.emplace_back("why", "not listed");
  return denies(PamCode::auth_err, std::move(obstacle));
}

namespace {

// pam_listfile.c's arguments; `broken` when the module would answer its onerr without looking at the file.
struct ListfileOptions {
  std::string file;
  std::string item;
  std::string apply;
  bool deny = true;
  PamCode on_error = PamCode::service_err;
  bool broken = false;
};

ListfileOptions listfile_options(const PamHandler& handler) {
  ListfileOptions options;
  options.on_error = argument(handler, "onerr") == "succeed" ? PamCode::success : PamCode::service_err;
  options.file = argument(handler, "file").value_or("");
  options.item = argument(handler, "item").value_or("");
  options.apply = argument(handler, "apply").value_or("");
  const std::string_view sense = argument(handler, "sense").value_or("");
  options.deny = sense == "deny";
  const bool item_known = options.item == "user" || options.item == "tty" || options.item == "rhost" ||
                          options.item == "ruser" || options.item == "group" || options.item == "shell";
  options.broken = options.file.empty() || !item_known || (sense != "deny" && sense != "allow");
  return options;
}

// Whether the value that the module looks at stands in the list.
Member is_listed(const PamQuestion& question, const ListfileOptions& options, std::string_view bytes) {
  Member listed = Member::no;
  const auto test = [&](std::string_view line) {
    if (options.item == "group") return in_group(question.input.facts, question.user, line);
    if (options.item == "rhost" && !question.input.question.from) return Member::unknown;
    const std::string value = options.item == "user"    ? question.user.name
                              : options.item == "shell" ? question.user.shell
                              : options.item == "rhost" ? *question.input.question.from
                                                        : std::string("ssh");
    return line == value ? Member::yes : Member::no;
  };
  each_line(bytes, [&](std::size_t, std::string_view line) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || listed == Member::yes) return;
    const Member match = test(line);
    if (match != Member::no) listed = match;
  });
  return listed;
}

}  // namespace

ModuleVerdict judge_listfile(const PamQuestion& question, const PamHandler& handler) {
  const ListfileOptions options = listfile_options(handler);
  Obstacle obstacle{
      Cause::account_listfile,
      {"file", options.file, 0, {}},
      {exhibit_of(handler)},
      {{"user", question.user.name}, {"item", options.item}, {"sense", options.deny ? "deny" : "allow"}}};
  const auto on_error = [&](std::string why) {
    if (options.on_error == PamCode::success) return answers(PamCode::success);
    obstacle.details.emplace_back("why", std::move(why));
    return denies(options.on_error, obstacle);
  };
  if (options.broken) return on_error("arguments");
  // PAM_RUSER is empty in sshd: the module is then sure that nothing matches.
  if (options.item == "ruser") return answers(options.deny ? PamCode::success : PamCode::auth_err);
  const bool applies_to_user = options.item == "user" || options.item == "group" || options.apply.empty();
  if (!applies_to_user) {
    const Member applies = options.apply.front() == '@' ? in_group(question.input.facts, question.user,
                                                                   std::string_view(options.apply).substr(1))
                           : options.apply == question.user.name ? Member::yes
                                                                 : Member::no;
    if (applies == Member::no) return answers(PamCode::ignore);
    if (applies == Member::unknown) return unknown(question.call, groups_missing(question.input.facts));
  }
  const PathFact* path = path_fact(question.input.facts, options.file);
  const Known<std::string> bytes = file_bytes(question.input.facts, options.file);
  if (path == nullptr || path->end == PathEnd::denied) return unknown(question.call, bytes.missing());
  if (!path->found()) return on_error("no file");
  // lstat(2): a symlink is not a normal file.
  const bool symlink = std::any_of(path->visited.begin(), path->visited.end(), [path](const PathNode& node) {
    return node.stat.type == FileType::symlink && node.path.name() == path->asked.name();
  });
  if (symlink || is_open_to_world(path->node().stat)) {
    obstacle.details.emplace_back("why", "world-writable");
    return denies(PamCode::auth_err, std::move(obstacle));
  }
  if (!bytes) return unknown(question.call, bytes.missing());
  const Member listed = is_listed(question, options, *bytes);
  if (listed == Member::unknown) {
    return unknown(question.call, options.item == "group" ? groups_missing(question.input.facts)
                                                          : Missing{Why::not_asked, "--from", {}});
  }
  if ((listed == Member::yes) != options.deny) return answers(PamCode::success);
  obstacle.details.emplace_back("why", listed == Member::yes ? "listed" : "not listed");
  return denies(PamCode::auth_err, std::move(obstacle));
}

// pam_securetty.c: only root is asked for his terminal, which sshd calls `ssh`.
ModuleVerdict judge_securetty(const PamQuestion& question, const PamHandler& handler) {
  if (question.user.uid != 0) return answers(PamCode::success);
  const Known<std::string> bytes = file_bytes(question.input.facts, "/etc/securetty");
  if (bytes.is_absent()) return answers(PamCode::success);
  if (!bytes) return unknown(question.call, bytes.missing());
  bool listed = false;
  each_line(*bytes, [&](std::size_t, std::string_view line) { listed = listed || line == "ssh"; });
  if (listed) return answers(PamCode::success);
  const Cause cause =
      question.call == PamCall::account ? Cause::account_pam_denies : Cause::auth_pam_stack_denies;
  return denies(PamCode::auth_err, {cause,
                                    exhibit_of(handler),
                                    {{"file", "/etc/securetty", 0, {}}},
                                    {{"module", handler.module}, {"user", question.user.name}}});
}

// pam_namespace.c: without a polyinstantiated directory there is nothing to do.
ModuleVerdict judge_namespace(const PamQuestion& question, const PamHandler&) {
  const Known<std::string> bytes = file_bytes(question.input.facts, "/etc/security/namespace.conf");
  if (!bytes) return bytes.is_absent() ? answers(PamCode::success) : unknown(question.call, bytes.missing());
  bool configured = false;
  each_line(*bytes, [&](std::size_t, std::string_view line) {
    const std::size_t start = line.find_first_not_of(" \t\r");
    configured = configured || (start != std::string_view::npos && line[start] != '#');
  });
  if (!configured) return answers(PamCode::success);
  return unknown(question.call,
                 {Why::offline, "/etc/security/namespace.conf", "polyinstantiated directories"});
}

}  // namespace reentry::pam
