#include "facts/elf.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace reentry {
namespace {

// The program headers of ordinary objects fit in here, so that one read is enough.
constexpr std::size_t kHead = 1024;
constexpr std::size_t kMaxProgramHeaders = 1024;
constexpr std::size_t kMaxDynamicEntries = 4096;
constexpr std::size_t kMaxVersions = 1024;
constexpr std::size_t kVersionBytes = 4096;
constexpr std::size_t kMaxVersionBytes = 128 * 1024;
constexpr std::size_t kLongestName = 4096;
// Names this far apart in the string table are fetched by one read.
constexpr std::uint64_t kNameGap = 2048;

enum SegmentType : std::uint32_t { kLoad = 1, kDynamic = 2, kInterp = 3 };
enum SegmentFlag : std::uint32_t { kExecute = 1, kWrite = 2 };
enum Tag : std::uint64_t {
  kNull = 0,
  kNeeded = 1,
  kStringTable = 5,
  kStringSize = 10,
  kSoname = 14,
  kRpath = 15,
  kRunpath = 29,
  kVerdef = 0x6ffffffc,
  kVerdefCount = 0x6ffffffd,
  kVerneed = 0x6ffffffe,
  kVerneedCount = 0x6fffffff,
};

struct Segment {
  std::uint32_t type = 0;
  std::uint32_t flags = 0;
  std::uint64_t offset = 0;
  std::uint64_t address = 0;
  std::uint64_t length = 0;  // in the file
};

struct Dynamic {
  std::vector<std::uint64_t> needed;
  std::optional<std::uint64_t> soname, rpath, runpath;
  std::optional<std::uint64_t> strings;
  std::uint64_t strings_size = 0;
  std::optional<std::uint64_t> verneed, verdef;
  std::uint64_t verneed_count = 0, verdef_count = 0;
};

std::vector<std::string> directories(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(':'), list.size());
    if (end > 0) out.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return out;
}

// Every step returns false once the outcome is settled.
class ElfReader {
 public:
  ElfReader(ByteSource& source, ElfFile& out) : source_(source), out_(out) {}

  void run() {
    if (!header() || !segments()) return;
    out_.state = ElfState::ok;
    if (Dynamic dynamic; dynamic_section(dynamic)) names(dynamic);
  }

 private:
  bool end(ElfState state, std::string reason) {
    out_.state = state;
    out_.reason = std::move(reason);
    return false;
  }
  bool malformed(std::string reason) { return end(ElfState::malformed, std::move(reason)); }

  // All `length` bytes or a settled outcome.
  bool fetch(std::uint64_t offset, std::uint64_t length, std::string& bytes) {
    if (offset > source_.size() || length > source_.size() - offset) {
      return end(ElfState::truncated, "the file ends before its headers do");
    }
    Known<std::string> part = source_.read(offset, static_cast<std::size_t>(length));
    if (!part) {
      out_.missing = part.missing();
      return end(ElfState::unreadable, part.missing().detail);
    }
    if (part->size() < length) return end(ElfState::truncated, "the file ends before its headers do");
    bytes = std::move(*part);
    return true;
  }

  [[nodiscard]] std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t width) const {
    std::uint64_t value = 0;
    if (at > bytes.size() || width > bytes.size() - at) return 0;
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t from = out_.big_endian ? i : width - 1 - i;
      value = (value << 8U) | static_cast<unsigned char>(bytes[at + from]);
    }
    return value;
  }
  [[nodiscard]] std::uint16_t half(std::string_view bytes, std::size_t at) const {
    return static_cast<std::uint16_t>(number(bytes, at, 2));
  }
  [[nodiscard]] std::uint32_t word(std::string_view bytes, std::size_t at) const {
    return static_cast<std::uint32_t>(number(bytes, at, 4));
  }
  // An address, an offset or a size: as wide as the object.
  [[nodiscard]] std::uint64_t wide(std::string_view bytes, std::size_t at) const {
    return number(bytes, at, out_.wide ? 8 : 4);
  }

  bool header() {
    if (source_.size() == 0) return end(ElfState::empty, "the file is empty");
    if (!fetch(0, std::min<std::uint64_t>(kHead, source_.size()), head_)) return false;
    constexpr std::string_view kMagic("\177ELF", 4);
    if (!std::string_view(head_).starts_with(kMagic)) {
      const bool zeros = head_.find_first_not_of('\0') == std::string::npos;
      return end(ElfState::not_elf, zeros ? "the file holds nothing but NUL bytes" : "it is no ELF file");
    }
    if (head_.size() < 52) return end(ElfState::truncated, "the file ends within its ELF header");
    if ((head_[4] != 1 && head_[4] != 2) || (head_[5] != 1 && head_[5] != 2)) {
      return malformed("its ELF header is damaged");
    }
    out_.wide = head_[4] == 2;
    out_.big_endian = head_[5] == 2;
    if (out_.wide && head_.size() < 64)
      return end(ElfState::truncated, "the file ends within its ELF header");
    out_.machine = half(head_, 18);
    const std::uint16_t type = half(head_, 16);
    if (type != 2 && type != 3) return malformed("it is neither a program nor a shared library");
    return true;
  }

  bool segments() {
    const std::uint64_t offset = wide(head_, out_.wide ? 32 : 28);
    const std::uint64_t size = half(head_, out_.wide ? 54 : 42);
    const std::uint64_t count = half(head_, out_.wide ? 56 : 44);
    if (size != (out_.wide ? 56U : 32U) || count == 0 || count > kMaxProgramHeaders) {
      return malformed("its table of program headers is damaged");
    }
    std::string table;
    if (!fetch_near(offset, size * count, table)) return false;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::string_view at = std::string_view(table).substr(i * size, size);
      Segment segment;
      segment.type = word(at, 0);
      segment.flags = word(at, out_.wide ? 4 : 24);
      segment.offset = wide(at, out_.wide ? 8 : 4);
      segment.address = wide(at, out_.wide ? 16 : 8);
      segment.length = wide(at, out_.wide ? 32 : 16);
      if (!keep(segment)) return false;
    }
    return true;
  }

  // From the head where it lies there, as it nearly always does.
  bool fetch_near(std::uint64_t offset, std::uint64_t length, std::string& bytes) {
    if (offset <= head_.size() && length <= head_.size() - offset) {
      bytes = head_.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
      return true;
    }
    return fetch(offset, length, bytes);
  }

  bool keep(const Segment& segment) {
    if (segment.type != kLoad && segment.type != kDynamic && segment.type != kInterp) return true;
    const std::uint64_t size = source_.size();
    if (segment.offset > size || segment.length > size - segment.offset) {
      return end(ElfState::truncated, "the file is cut short");
    }
    if (segment.type == kInterp) {
      if (segment.length > kLongestName) return malformed("the path of its interpreter is too long");
      std::string path;
      if (!fetch_near(segment.offset, segment.length, path)) return false;
      out_.interpreter = path.substr(0, path.find('\0'));
      return true;
    }
    if (segment.type == kLoad && (segment.flags & kWrite) == 0) {
      out_.constants.push_back({segment.offset, segment.length, (segment.flags & kExecute) != 0});
    }
    segments_.push_back(segment);
    return true;
  }

  // Where an address of the running object lies in the file.
  [[nodiscard]] std::optional<std::uint64_t> offset_of(std::uint64_t address) const {
    for (const Segment& segment : segments_) {
      if (segment.type != kLoad || address < segment.address) continue;
      if (address - segment.address < segment.length) return segment.offset + (address - segment.address);
    }
    return std::nullopt;
  }

  // False for a static program, too: it has none.
  bool dynamic_section(Dynamic& dynamic) {
    const auto found = std::find_if(segments_.begin(), segments_.end(),
                                    [](const Segment& segment) { return segment.type == kDynamic; });
    if (found == segments_.end()) return false;
    const std::uint64_t entry = out_.wide ? 16 : 8;
    if (found->length / entry > kMaxDynamicEntries) return malformed("its dynamic section is damaged");
    std::string bytes;
    if (!fetch(found->offset, found->length, bytes)) return false;
    for (std::uint64_t at = 0; at + entry <= bytes.size(); at += entry) {
      const std::uint64_t tag = wide(bytes, at);
      if (tag == kNull) break;
      note(tag, wide(bytes, at + entry / 2), dynamic);
    }
    return true;
  }

  static void note(std::uint64_t tag, std::uint64_t value, Dynamic& dynamic) {
    switch (tag) {
      case kNeeded: dynamic.needed.push_back(value); break;
      case kSoname: dynamic.soname = value; break;
      case kRpath: dynamic.rpath = value; break;
      case kRunpath: dynamic.runpath = value; break;
      case kStringTable: dynamic.strings = value; break;
      case kStringSize: dynamic.strings_size = value; break;
      case kVerneed: dynamic.verneed = value; break;
      case kVerneedCount: dynamic.verneed_count = value; break;
      case kVerdef: dynamic.verdef = value; break;
      case kVerdefCount: dynamic.verdef_count = value; break;
      default: break;
    }
  }

  // Its names are still places in the string table.
  struct Want {
    std::uint64_t library = 0;
    std::uint64_t name = 0;
    std::uint32_t hash = 0;
    bool weak = false;
  };

  void names(const Dynamic& dynamic) {
    std::vector<Want> wants;
    if (!needed_versions(dynamic, wants) || !defined_versions(dynamic)) return;
    std::vector<std::uint64_t> places = dynamic.needed;
    for (const auto& one : {dynamic.soname, dynamic.rpath, dynamic.runpath}) {
      if (one) places.push_back(*one);
    }
    for (const Want& want : wants) {
      places.push_back(want.library);
      places.push_back(want.name);
    }
    if (places.empty()) return;
    const auto table = dynamic.strings ? offset_of(*dynamic.strings) : std::nullopt;
    if (!table || dynamic.strings_size > source_.size() - *table) {
      malformed("its string table lies outside the file");
      return;
    }
    if (!fetch_names(*table, dynamic.strings_size, std::move(places))) return;
    for (const std::uint64_t place : dynamic.needed) out_.needed.push_back(name_at(place));
    if (dynamic.soname) out_.soname = name_at(*dynamic.soname);
    if (dynamic.rpath) out_.rpath = directories(name_at(*dynamic.rpath));
    if (dynamic.runpath) out_.runpath = directories(name_at(*dynamic.runpath));
    for (const Want& want : wants) {
      out_.versions_needed.push_back({name_at(want.library), name_at(want.name), want.hash, want.weak});
    }
  }

  // How long a version table is stands nowhere: more is read when a chain runs out of bytes.
  bool version_bytes(std::uint64_t address, std::size_t length, std::string& bytes) {
    const auto offset = offset_of(address);
    if (!offset) return malformed("a version table lies outside the file");
    return fetch(*offset, std::min<std::uint64_t>(length, source_.size() - *offset), bytes);
  }

  template <typename Walk>
  bool walk_versions(std::uint64_t address, Walk walk) {
    for (std::size_t length = kVersionBytes; length <= kMaxVersionBytes; length *= 8) {
      std::string bytes;
      if (!version_bytes(address, length, bytes)) return false;
      if (walk(std::string_view(bytes))) return true;
    }
    return malformed("its version tables are damaged");
  }

  // Elf_Verneed: 16 bytes (version, count, file, aux, next), each with Elf_Vernaux of 16 bytes.
  bool needed_versions(const Dynamic& dynamic, std::vector<Want>& wants) {
    if (!dynamic.verneed || dynamic.verneed_count == 0) return true;
    return walk_versions(*dynamic.verneed, [&](std::string_view bytes) {
      wants.clear();
      std::uint64_t at = 0;
      for (std::uint64_t i = 0; i < dynamic.verneed_count; ++i) {
        if (at + 16 > bytes.size()) return false;
        const std::uint64_t count = half(bytes, at + 2);
        std::uint64_t aux = at + word(bytes, at + 8);
        for (std::uint64_t k = 0; k < count; ++k) {
          if (aux + 16 > bytes.size() || wants.size() >= kMaxVersions) return false;
          wants.push_back({word(bytes, at + 4), word(bytes, aux + 8), word(bytes, aux),
                           (half(bytes, aux + 4) & 2U) != 0});
          const std::uint32_t next_aux = word(bytes, aux + 12);
          if (next_aux == 0) break;
          aux += next_aux;
        }
        const std::uint32_t next = word(bytes, at + 12);
        if (next == 0) break;
        at += next;
      }
      return true;
    });
  }

  // Elf_Verdef: 20 bytes (version, flags, ndx, cnt, hash, aux, next).
  bool defined_versions(const Dynamic& dynamic) {
    if (!dynamic.verdef || dynamic.verdef_count == 0) return true;
    return walk_versions(*dynamic.verdef, [&](std::string_view bytes) {
      out_.versions_defined.clear();
      std::uint64_t at = 0;
      for (std::uint64_t i = 0; i < dynamic.verdef_count; ++i) {
        if (at + 20 > bytes.size() || out_.versions_defined.size() >= kMaxVersions) return false;
        out_.versions_defined.push_back(word(bytes, at + 8));
        const std::uint32_t next = word(bytes, at + 16);
        if (next == 0) break;
        at += next;
      }
      return true;
    });
  }

  // Names that lie near each other come with one read.
  bool fetch_names(std::uint64_t table, std::uint64_t size, std::vector<std::uint64_t> places) {
    std::sort(places.begin(), places.end());
    if (places.back() >= size) return malformed("a name lies outside its string table");
    for (std::size_t i = 0; i < places.size();) {
      std::size_t last = i;
      while (last + 1 < places.size() && places[last + 1] - places[last] <= kNameGap) ++last;
      const std::uint64_t begin = places[i];
      const std::uint64_t length = std::min(places[last] - begin + 256, size - begin);
      std::string bytes;
      if (!fetch(table + begin, length, bytes)) return false;
      // A name that is longer than the margin: the whole of what a path may be.
      if (bytes.find('\0', static_cast<std::size_t>(places[last] - begin)) == std::string::npos) {
        const std::uint64_t more = std::min(places[last] - begin + kLongestName, size - begin);
        if (!fetch(table + begin, more, bytes)) return false;
      }
      texts_.push_back({begin, std::move(bytes)});
      i = last + 1;
    }
    return true;
  }

  [[nodiscard]] std::string name_at(std::uint64_t place) const {
    for (const Text& text : texts_) {
      if (place < text.begin || place - text.begin >= text.bytes.size()) continue;
      const std::string_view rest =
          std::string_view(text.bytes).substr(static_cast<std::size_t>(place - text.begin));
      return std::string(rest.substr(0, std::min(rest.find('\0'), kLongestName)));
    }
    return {};
  }

  struct Text {
    std::uint64_t begin = 0;
    std::string bytes;
  };
  ByteSource& source_;
  ElfFile& out_;
  std::string head_;
  std::vector<Segment> segments_;
  std::vector<Text> texts_;
};

}  // namespace

Known<std::string> StringSource::read(std::uint64_t offset, std::size_t length) {
  if (offset >= bytes_.size()) return std::string();
  return std::string(bytes_.substr(static_cast<std::size_t>(offset), length));
}

ElfFile read_elf(ByteSource& source) {
  ElfFile file;
  ElfReader(source, file).run();
  return file;
}

std::string machine_name(std::uint16_t machine, bool wide, bool big_endian) {
  switch (machine) {
    case 3: return "i686";
    case 8: return wide ? "mips64" : "mips";
    case 20: return "ppc";
    case 21: return big_endian ? "ppc64" : "ppc64le";
    case 22: return "s390x";
    case 40: return "armv7l";
    case 62: return wide ? "x86_64" : "x32";
    case 183: return "aarch64";
    case 243: return wide ? "riscv64" : "riscv32";
    case 258: return "loongarch64";
    default: return "machine " + std::to_string(machine);
  }
}

}  // namespace reentry
