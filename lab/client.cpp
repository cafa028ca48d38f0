#include <fmt/format.h>

#include "lab/host.hpp"
#include "lab/posix.hpp"

namespace reentry::lab {
namespace {

constexpr std::string_view kGreeting = "lab: logged in";

std::string quoted(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  return "'" + word + "'";
}

std::string path_in(const std::string& folder, const std::string& name) {
  return name.starts_with('/') ? name : folder + "/" + name;
}

bool got_it(const LoginRequest& request, const Ran& ran) {
  if (request.want == Want::sftp) return ran.status == 0;
  if (request.want == Want::forward) return ran.out.starts_with("SSH-2.0-");
  return ran.status == 0 && ran.out.find(kGreeting) != std::string::npos;
}

void add_what_is_wanted(const LoginRequest& request, Program& program) {
  auto& argv = program.argv;
  switch (request.want) {
    case Want::command: argv.push_back(fmt::format("echo {}", kGreeting)); break;
    case Want::shell:
      argv.insert(argv.begin() + 1, "-tt");
      program.input = fmt::format("echo {}\nexit\n", kGreeting);
      break;
    case Want::sftp:
      argv.insert(argv.begin() + 1, "-s");
      argv.emplace_back("sftp");
      break;
    case Want::forward: argv.insert(argv.begin() + 1, {"-W", "127.0.0.1:22"}); break;
  }
}

}  // namespace

Program LabHost::client(const LoginRequest& request) const {
  Program program;
  auto& argv = program.argv;
  argv = {"ssh", "-F", "/dev/null"};
  const auto option = [&](std::string value) {
    argv.emplace_back("-o");
    argv.push_back(std::move(value));
  };
  option("StrictHostKeyChecking=no");
  option("UserKnownHostsFile=/dev/null");
  option("GlobalKnownHostsFile=/dev/null");
  option("IdentityAgent=none");
  option("IdentitiesOnly=yes");
  // libwrap keeps a refused client waiting for five seconds before it hangs up. A firewall that drops keeps
  // it waiting to the end.
  option(bed_ == Bed::disk ? "ConnectTimeout=10" : "ConnectTimeout=7");
  std::string methods;
  if (!request.key.empty()) methods = "publickey";
  if (request.password)
    methods += methods.empty() ? "password,keyboard-interactive" : ",password,keyboard-interactive";
  option("PreferredAuthentications=" + methods);
  if (request.password) {
    option("NumberOfPasswordPrompts=1");
    program.environment = {{"SSH_ASKPASS", keys_ + "/askpass"},
                           {"SSH_ASKPASS_REQUIRE", "force"},
                           {"REENTRY_LAB_PASSWORD", *request.password}};
  } else {
    option("BatchMode=yes");
  }
  if (!request.certificate.empty()) option("CertificateFile=" + path_in(exchange(), request.certificate));
  if (!request.key.empty()) argv.insert(argv.end(), {"-i", path_in(keys_, request.key)});
  argv.insert(argv.end(), {"-b", request.from, "-p", fmt::format("{}", request.port),
                           fmt::format("{}@{}", request.user, kServerAddress)});
  return program;
}

Result<Ran> LabHost::run_as_client(const Program& program) {
  return run_program(program, Inside::network, outside());
}

std::vector<std::string> LabHost::client_words(const LoginRequest& request) const {
  const Program program = client(request);
  return {program.argv.begin() + 1, program.argv.end()};
}

Result<LoginAnswer> LabHost::login(const LoginRequest& request) {
  auto program = client(request);
  add_what_is_wanted(request, program);
  LoginAnswer answer;
  for (const auto& word : program.argv) answer.command += (answer.command.empty() ? "" : " ") + quoted(word);
  TRY(const auto ran, run_program(program, Inside::network, outside()));
  answer.accepted = got_it(request, ran);
  answer.status = ran.status;
  answer.out = ran.out;
  answer.said = ran.err;
  std::erase(answer.said, '\r');
  return answer;
}

std::string LabHost::login_command(const LoginRequest& request) const {
  auto plain = request;
  plain.want = Want::forward;
  auto program = client(plain);
  add_what_is_wanted(plain, program);
  program.argv.erase(program.argv.begin() + 1, program.argv.begin() + 3);
  std::string command = fmt::format("nsenter --net=/proc/{}/ns/net", outside());
  for (const auto& word : program.argv) command += " " + quoted(word);
  return command;
}

}  // namespace reentry::lab
