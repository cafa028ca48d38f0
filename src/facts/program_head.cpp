#include "facts/program_head.hpp"

#include <cstdint>

namespace reentry {
namespace {

constexpr std::uint32_t kInterpreterSegment = 3;  // PT_INTERP

// Little-endian or big-endian numbers at an offset; 0 beyond the end.
class Numbers {
 public:
  Numbers(std::string_view bytes, bool big) : bytes_(bytes), big_(big) {}

  [[nodiscard]] std::uint64_t at(std::uint64_t offset, unsigned width) const {
    if (offset > bytes_.size() || bytes_.size() - offset < width) return 0;
    std::uint64_t value = 0;
    for (unsigned i = 0; i < width; ++i) {
      const std::uint64_t position = offset + (big_ ? i : width - 1 - i);
      value = value << 8U | static_cast<unsigned char>(bytes_[position]);
    }
    return value;
  }

 private:
  std::string_view bytes_;
  bool big_;
};

std::string elf_interpreter(std::string_view head) {
  const bool wide = head[4] == 2;
  const Numbers numbers(head, head[5] == 2);
  const unsigned word = wide ? 8 : 4;
  const std::uint64_t table = numbers.at(wide ? 32 : 28, word);
  const std::uint64_t entry_size = numbers.at(wide ? 54 : 42, 2);
  const std::uint64_t entries = numbers.at(wide ? 56 : 44, 2);
  for (std::uint64_t i = 0; i < entries && i < 64; ++i) {
    const std::uint64_t entry = table + i * entry_size;
    if (entry >= head.size() || numbers.at(entry, 4) != kInterpreterSegment) continue;
    const std::uint64_t offset = numbers.at(entry + (wide ? 8 : 4), word);
    const std::uint64_t length = numbers.at(entry + (wide ? 32 : 16), word);
    if (offset >= head.size() || length > head.size() - offset) return {};
    const std::string_view path = head.substr(offset, length);
    return std::string(path.substr(0, path.find('\0')));
  }
  return {};
}

std::string script_interpreter(std::string_view head) {
  std::string_view line =
      head.substr(2, head.find('\n') == std::string_view::npos ? head.size() : head.find('\n') - 2);
  const std::size_t start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  line.remove_prefix(start);
  return std::string(line.substr(0, line.find_first_of(" \t")));
}

}  // namespace

ProgramHead parse_program_head(std::string_view head) {
  if (head.empty()) return {ProgramKind::empty, {}};
  if (head.size() >= 2 && head.substr(0, 2) == "#!") {
    std::string interpreter = script_interpreter(head);
    if (interpreter.empty()) return {ProgramKind::foreign, {}};
    return {ProgramKind::script, std::move(interpreter)};
  }
  if (head.size() < 52 || head.substr(0, 4) !=
                              "\x7f"
                              "ELF") {
    return {ProgramKind::foreign, {}};
  }
  return {ProgramKind::elf, elf_interpreter(head)};
}

}  // namespace reentry
