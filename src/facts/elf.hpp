// What the kernel and the dynamic loader take from a program or library before they run it (elf(5),
// ld.so(8), System V gABI chapters 4 and 5): which machine, which interpreter, which libraries and symbol
// versions. Nothing but headers is read, so that a library of five megabytes costs a few kilobytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"

namespace reentry {

// The bytes of one file, read in parts.
struct ByteSource {
  // `length` bytes from `offset` on, fewer at the end of the file.
  virtual Known<std::string> read(std::uint64_t offset, std::size_t length) = 0;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  virtual ~ByteSource() = default;
};

// A file that is in memory already. The bytes must outlive it.
class StringSource final : public ByteSource {
 public:
  explicit StringSource(std::string_view bytes) : bytes_(bytes) {}
  Known<std::string> read(std::uint64_t offset, std::size_t length) override;
  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }

 private:
  std::string_view bytes_;
};

// A symbol version that an object wants from one of its libraries (DT_VERNEED).
struct NeededVersion {
  std::string library;
  std::string name;        // `OPENSSL_3.0.0`
  std::uint32_t hash = 0;  // what the loader compares
  bool weak = false;       // the loader forgives its absence
};

// A part of the file that is mapped read-only: where constant strings are.
struct ConstantBytes {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool executable = false;  // code lies in it too
};

enum class ElfState {
  ok,
  empty,       // no bytes at all
  not_elf,     // another kind of file, `#!` scripts included
  truncated,   // a part that would be mapped lies beyond the end of the file
  malformed,   // the headers contradict themselves
  unreadable,  // the source failed: see `missing`
};

struct ElfFile {
  ElfState state = ElfState::not_elf;
  std::string reason;  // English, for every state but ok
  Missing missing;     // when unreadable

  bool wide = false;  // 64 bits
  bool big_endian = false;
  std::uint16_t machine = 0;  // e_machine
  std::string interpreter;    // PT_INTERP; empty for libraries and static programs
  std::string soname;
  std::vector<std::string> needed;   // DT_NEEDED, in order
  std::vector<std::string> rpath;    // directories of DT_RPATH, as they stand
  std::vector<std::string> runpath;  // directories of DT_RUNPATH, as they stand
  std::vector<NeededVersion> versions_needed;
  std::vector<std::uint32_t> versions_defined;  // hashes; empty: the library has no versions at all
  std::vector<ConstantBytes> constants;

  [[nodiscard]] bool ok() const { return state == ElfState::ok; }
};

// Reads the headers. Bounded: 1,024 program headers, 4,096 dynamic entries, 1,024 versions; more is
// malformed.
[[nodiscard]] ElfFile read_elf(ByteSource& source);

// `x86_64`, `aarch64` … as uname -m says it; `machine 999` for one that has no name here.
[[nodiscard]] std::string machine_name(std::uint16_t machine, bool wide, bool big_endian);

}  // namespace reentry
