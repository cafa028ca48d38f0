#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string_view>

#include "lab/host.hpp"
#include "lab/posix.hpp"

namespace reentry::lab {
namespace {

// A file of its own is there to be covered; one that has bytes was covered before.
bool cover(const Loan& loan, const Fd& tree) {
  const auto at = "/mnt/" + loan.name;
  const auto slash = at.find_last_of('/');
  if (!make_folders(at.substr(0, slash))) return false;
  struct stat found {};
  if (stat(at.c_str(), &found) == 0 && found.st_size > 0) return true;
  const Fd place(open(at.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0755));
  if (!place) return false;
  if (syscall(SYS_move_mount, tree.get(), "", AT_FDCWD, at.c_str(), MOVE_MOUNT_F_EMPTY_PATH) != 0)
    return false;
  return mount(nullptr, at.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV,
               nullptr) == 0;
}

// In a process of its own, which goes into the host. Gives the file that could not be lent; -1: all were.
int lend_from_child(const std::vector<Loan>& files, pid_t init) {
  std::vector<Fd> trees;
  for (const auto& loan : files) {
    trees.emplace_back(static_cast<int>(
        syscall(SYS_open_tree, AT_FDCWD, loan.file.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)));
    if (!trees.back()) return static_cast<int>(trees.size()) - 1;
  }
  const Fd mounts(open(fmt::format("/proc/{}/ns/mnt", init).c_str(), O_RDONLY | O_CLOEXEC));
  if (!mounts || setns(mounts.get(), CLONE_NEWNS) != 0) return 0;
  for (size_t i = 0; i < files.size(); ++i) {
    if (!cover(files[i], trees[i])) return static_cast<int>(i);
  }
  return -1;
}

// The C library is the host's own: its tools load it, too, and its loader fits no other.
bool is_of_the_c_library(std::string_view name) {
  constexpr std::string_view kNames[] = {"libc.so.", "libm.so.", "libdl.so.", "libpthread.so.", "librt.so."};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::string_view each) { return name.starts_with(each); });
}

}  // namespace

Result<std::vector<Loan>> program_with_libraries(const std::string& program) {
  std::vector<Loan> loans = {{program, std::string(kLentProgram)}};
  Program ldd;
  ldd.argv = {"ldd", program};
  TRY(const auto listed, run_program(ldd));
  if (listed.status != 0) return loans;  // a static file
  std::string previous;
  for (std::string_view rest = listed.out; !rest.empty();) {
    const auto end = std::min(rest.find_first_of(" \t\n"), rest.size());
    const auto word = std::string(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (word.empty()) continue;
    const auto name = word.substr(word.find_last_of('/') + 1);
    if (previous == "=>" && word.starts_with('/') && !is_of_the_c_library(name)) {
      loans.push_back({word, "lib/" + name});
    }
    previous = word;
  }
  return loans;
}

Result<Ran> LabHost::run_lent(const std::vector<std::string>& arguments, std::chrono::milliseconds limit) {
  Program program;
  program.argv = {fmt::format("/mnt/{}", kLentProgram)};
  program.argv.insert(program.argv.end(), arguments.begin(), arguments.end());
  program.environment = {
      {"LC_ALL", "C.UTF-8"}, {"LD_LIBRARY_PATH", "/mnt/lib"}, {"ASAN_OPTIONS", "detect_leaks=0"}};
  program.limit = limit;
  return run_program(program, Inside::all, init_);
}

Result<void> LabHost::lend(const std::vector<Loan>& files) {
  auto pipe = make_pipe();
  const pid_t child = pipe ? fork() : -1;
  if (child < 0) return fail(ErrorKind::internal, name_, std::strerror(errno));
  if (child == 0) {
    const int failed = lend_from_child(files, init_);
    if (failed >= 0) {
      write_all(pipe->write.get(),
                fmt::format("{}: {}", files[static_cast<size_t>(failed)].file, std::strerror(errno)));
    }
    _exit(failed < 0 ? 0 : 1);
  }
  pipe->write.reset();
  const int status = wait_for(child);
  if (status == 0) return {};
  std::array<char, 512> reason{};
  const auto count = read(pipe->read.get(), reason.data(), reason.size());
  return fail(ErrorKind::target, name_,
              std::string(reason.data(), static_cast<size_t>(std::max<ssize_t>(count, 0))));
}

}  // namespace reentry::lab
