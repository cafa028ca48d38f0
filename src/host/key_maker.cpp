#include "host/key_maker.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

#include "base/shown.hpp"
#include "facts/private_key.hpp"
#include "host/descriptor.hpp"

namespace reentry {
namespace {

constexpr std::size_t kReadLimit = 64 * 1024;

// The places of a root shell that lacks a PATH, as a rescue system's may.
std::vector<std::string> program_directories() {
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  std::string_view rest = path != nullptr && *path != '\0' ? path : "/usr/bin:/bin:/usr/sbin:/sbin";
  std::vector<std::string> out;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (rest.front() == '/') out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::optional<std::string> keygen_program() {
  for (const std::string& directory : program_directories()) {
    std::string program = directory + "/ssh-keygen";
    if (::access(program.c_str(), X_OK) == 0) return program;
  }
  return std::nullopt;
}

tl::unexpected<Error> keygen_failed(std::string_view why) {
  return fail(ErrorKind::change, "ssh-keygen", std::string(why));
}

// A directory that nobody else may enter, gone with everything in it when the object goes. On a tmpfs where
// there is one: a private key never reaches this machine's disk.
class Folder {
 public:
  Folder() {
    for (const char* above : {"/dev/shm", "/run", "/tmp"}) {
      std::string name = fmt::format("{}/reentry-XXXXXX", above);
      if (::mkdtemp(name.data()) == nullptr) continue;
      path_ = std::move(name);
      return;
    }
  }
  ~Folder() {
    if (path_.empty()) return;
    for (const char* name : {"/key", "/key.pub", "/said"}) ::unlink((path_ + name).c_str());
    ::rmdir(path_.c_str());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string read(const char* name) const {
    const Descriptor file(::open((path_ + name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    std::string bytes;
    std::array<char, 4096> buffer{};
    while (file.valid() && bytes.size() < kReadLimit) {
      const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      bytes.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return bytes;
  }

 private:
  std::string path_;
};

// Runs it to its end, with its words in `said`. Nothing where it could not be started.
std::optional<int> run(const std::vector<std::string>& words, const std::string& said) {
  posix_spawn_file_actions_t actions;
  if (::posix_spawn_file_actions_init(&actions) != 0) return std::nullopt;
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, said.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
  std::vector<std::string> copies = words;
  std::vector<char*> argv;
  argv.reserve(copies.size() + 1);
  for (std::string& word : copies) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::string locale = "LC_ALL=C";
  const std::array<char*, 2> environment = {locale.data(), nullptr};
  pid_t child = -1;
  const int failed =
      ::posix_spawn(&child, words.front().c_str(), &actions, nullptr, argv.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return std::nullopt;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return std::nullopt;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

}  // namespace

bool can_make_keys() {
  return keygen_program().has_value();
}

Result<KeyPair> make_key_pair(std::string_view type, std::uint32_t bits, std::string_view comment) {
  const std::optional<std::string> program = keygen_program();
  if (!program) return keygen_failed("it is not installed on this machine");
  const Folder folder;
  if (folder.path().empty()) return keygen_failed("there is no place for a temporary file");
  std::vector<std::string> words = {*program, "-q", "-t", std::string(type)};
  if (bits != 0) words.insert(words.end(), {"-b", fmt::format("{}", bits)});
  words.insert(words.end(), {"-N", "", "-C", std::string(comment), "-f", folder.path() + "/key"});
  const std::optional<int> status = run(words, folder.path() + "/said");
  if (!status) return keygen_failed("it can't be started");
  if (*status != 0) return keygen_failed(fmt::format("status {}: {}", *status, shown(folder.read("/said"))));
  KeyPair pair{folder.read("/key"), folder.read("/key.pub")};
  const PrivateKeyFile made = judge_private_key(pair.private_half);
  if (!made.loads() || pair.public_half.empty()) return keygen_failed("what it made is no whole key");
  return pair;
}

}  // namespace reentry
