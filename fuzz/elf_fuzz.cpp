// Programs and libraries of any bytes.
#include "facts/elf.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  StringSource source(bytes);
  const ElfFile file = read_elf(source);
  fuzz::must(file.ok() == file.reason.empty());
}
