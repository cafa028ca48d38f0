#include "login/keys_command.hpp"

#include <utility>

#include "facts/command_program.hpp"
#include "login/exhibits.hpp"
#include "login/strict_modes.hpp"

namespace reentry {
namespace {

Obstacle broken(const KeyContext& context, const Setting& setting, std::string_view keyword,
                std::string program, std::string_view reason) {
  Obstacle obstacle;
  obstacle.cause = Cause::auth_keys_command_broken;
  obstacle.at = config_exhibit(context.facts(), setting.at);
  obstacle.details = {
      {"keyword", std::string(keyword)}, {"program", std::move(program)}, {"reason", std::string(reason)}};
  return obstacle;
}

void judge_program(const KeyContext& context, const FileFact& fact, const Obstacle& base, const Actor& runner,
                   KeysCommand& out) {
  const PathNode& node = fact.path.node();
  const auto add = [&](std::string_view reason) {
    Obstacle obstacle = base;
    obstacle.details.back().second = std::string(reason);
    describe_node(node, context.accounts(), obstacle);
    obstacle.evidence.push_back(base.at);
    out.obstacles.push_back(std::move(obstacle));
  };
  if (node.stat.type != FileType::regular) {
    add("not-regular");
    return;
  }
  for (Obstacle& unsafe : unsafe_program(fact.path, context.accounts(), context.build())) {
    unsafe.details.insert(unsafe.details.begin(), base.details.begin(), base.details.end());
    unsafe.details[2].second = "unsafe";
    unsafe.evidence.push_back(base.at);
    out.obstacles.push_back(std::move(unsafe));
  }
  const PathNode* closed = first_closed_directory(fact.path, runner);
  if (closed != nullptr || !permits(node, runner, Permission::execute)) add("not-executable");
}

}  // namespace

KeysCommand keys_command(const KeyContext& context, std::string_view keyword) {
  KeysCommand out;
  const Setting& setting = context.setting(keyword);
  const std::string& command = setting.first();
  if (command.empty() || command == "none") return out;
  const std::string program = program_of_command(command);
  const std::string& runner_name = context.setting(std::string(keyword) + "user").first();
  Obstacle base = broken(context, setting, keyword, program, "");
  out.state = KeysCommandState::broken;
  if (runner_name.empty()) {
    base.details.back().second = "no-user";
    out.obstacles.push_back(std::move(base));
    return out;
  }
  const PasswdEntry* runner = context.accounts().user(runner_name);
  if (runner == nullptr) {
    if (context.accounts().nss_passwd.beyond_files()) {
      out.state = KeysCommandState::unseen;
      out.unknown = {Why::offline, "/etc/nsswitch.conf", runner_name};
      return out;
    }
    base.details.back().second = "user-missing";
    base.details.emplace_back("command_user", runner_name);
    out.obstacles.push_back(std::move(base));
    return out;
  }
  const FileFact* fact = context.facts().paths.find(HostPath(program));
  const bool unseen =
      fact == nullptr || fact->path.end == PathEnd::denied || fact->path.end == PathEnd::failed;
  if (unseen) {
    out.state = KeysCommandState::unseen;
    out.unknown = missing_fact(fact, HostPath(program));
    return out;
  }
  if (!fact->path.found()) {
    base.details.back().second = "missing";
    out.program_absent = true;
    out.obstacles.push_back(std::move(base));
    return out;
  }
  judge_program(context, *fact, base, context.accounts().actor(*runner), out);
  if (!out.obstacles.empty()) return out;
  out.state = KeysCommandState::usable;
  out.unknown = {Why::not_asked, program,
                 "what " + std::string(keyword) + " prints is known only when it runs"};
  return out;
}

}  // namespace reentry
