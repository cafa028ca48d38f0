// The libraries of a program, found below the target's root as its own dynamic loader would find them
// (ld.so(8), ldconfig(8); glibc elf/dl-load.c, elf/dl-version.c; musl ldso/dynlink.c). ld.so.cache is asked
// only for what no directory has, so that one that is out of date accuses nobody.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "facts/elf.hpp"
#include "facts/program_load.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Remembers what it has read: programs of one machine share most of their libraries.
class Libraries {
 public:
  // `root`: the directory that the program will have as its root (chroot(2)); empty: the target's own.
  explicit Libraries(FileTree& tree, std::string root = {}) : tree_(tree), root_(std::move(root)) {}

  // What the loader makes of the program with `elf`, found at `path` (physical). Bounded: 512 libraries.
  [[nodiscard]] ProgramLoad load(const HostPath& path, const ElfFile& elf);

 private:
  // What a name led to.
  struct Found {
    enum class State { fine, missing, damaged, unknown } state = State::missing;
    HostPath path;  // physical
    ElfFile elf;
    Missing why;
  };
  struct Object {
    HostPath path;
    const ElfFile* elf = nullptr;
  };

  [[nodiscard]] HostPath below_root(const HostPath& path) const;
  bool interpreter_fits(const Object& program, ProgramLoad& load);
  const Found& find(const std::string& name, const Object& wanted_by, const Object& program);
  Found search(const std::string& name, const Object& wanted_by, const Object& program);
  bool try_file(const HostPath& file, const ElfFile& program, Found& found);
  bool try_directory(const std::string& directory, const std::string& name, const Object& owner,
                     const ElfFile& program, Found& found);
  bool from_cache(const std::string& name, const ElfFile& program, Found& found);
  void check_versions(const Object& object, std::string_view program, std::vector<LibraryFault>& faults);

  FileTree& tree_;
  std::string root_;
  std::optional<Known<std::string>> cache_;  // ld.so.cache, once it was asked for
  std::map<std::string, Found, std::less<>> found_;
};

}  // namespace reentry
