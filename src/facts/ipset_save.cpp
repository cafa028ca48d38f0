#include <algorithm>
#include <map>
#include <optional>

#include "facts/iptables_save.hpp"

namespace reentry {
namespace {

std::vector<std::string_view> ipset_parts(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    out.push_back(text.substr(0, comma));
    if (comma == text.size()) return out;
    text.remove_prefix(comma + 1);
  }
}

std::optional<BitsRange> ipset_address(std::string_view text, int version) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::size_t dash = std::min(text.find('-'), text.size());
  const auto first = parse_address(text.substr(0, std::min(slash, dash)));
  if (!first || first->family != version) return std::nullopt;
  if (dash < text.size()) {
    const auto last = parse_address(text.substr(dash + 1));
    if (!last || last->family != version) return std::nullopt;
    return BitsRange{first->bits, last->bits};
  }
  if (slash == text.size()) return point(first->bits);
  const auto length = parse_number(text.substr(slash + 1));
  if (!length) return std::nullopt;
  return prefix_range(*first, static_cast<unsigned>(*length));
}

// `22`, `tcp:22`, `20-25`; a port of another protocol is none of TCP.
std::optional<BitsRange> ipset_port(std::string_view text, bool& foreign) {
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    foreign = text.substr(0, colon) != "tcp";
    text.remove_prefix(colon + 1);
  }
  const std::size_t dash = std::min(text.find('-'), text.size());
  const auto first = parse_number(text.substr(0, dash));
  const auto last = dash == text.size() ? first : parse_number(text.substr(dash + 1));
  if (foreign) return BitsRange{};
  if (!first || !last) return std::nullopt;
  return BitsRange{{0, *first}, {0, *last}};
}

class IpsetReader {
 public:
  void take(const std::vector<std::string>& words) {
    if (words.size() < 3) return;
    if (words[0] == "create") create(words);
    if (words[0] == "add") add(words);
  }
  PacketRules take_rules() { return std::move(rules_); }

 private:
  void create(const std::vector<std::string>& words) {
    PacketSet set;
    set.name = words[1];
    const std::string& type = words[2];
    const std::size_t colon = type.find(':');
    set.opaque = colon == std::string::npos || !(type.starts_with("hash:") || type.starts_with("bitmap:"));
    for (std::size_t i = 3; i + 1 < words.size(); ++i) {
      if (words[i] == "family") set.version = words[i + 1] == "inet6" ? 6 : 4;
    }
    if (!set.opaque) {
      for (const std::string_view part : ipset_parts(std::string_view(type).substr(colon + 1))) {
        set.kinds.emplace_back(part);
        set.opaque = set.opaque || (part != "ip" && part != "net" && part != "port" && part != "iface");
      }
    }
    index_[set.name] = rules_.sets.size();
    rules_.sets.push_back(std::move(set));
  }

  void add(const std::vector<std::string>& words) {
    const auto found = index_.find(words[1]);
    if (found == index_.end()) return;
    PacketSet& set = rules_.sets[found->second];
    if (set.opaque) return;
    SetElement element;
    const std::vector<std::string_view> parts = ipset_parts(words[2]);
    bool good = parts.size() == set.kinds.size();
    bool foreign = false;
    for (std::size_t i = 0; good && i < parts.size(); ++i) {
      std::optional<BitsRange> range;
      if (set.kinds[i] == "port") {
        range = ipset_port(parts[i], foreign);
      } else if (set.kinds[i] == "iface") {
        range = point(name_bits(parts[i]));
      } else {
        range = ipset_address(parts[i], set.version);
      }
      good = range.has_value();
      if (good) element.key.push_back(*range);
    }
    for (std::size_t i = 3; i < words.size(); ++i) element.except = element.except || words[i] == "nomatch";
    set.opaque = !good;
    if (good && !foreign) set.elements.push_back(std::move(element));
  }

  PacketRules rules_;
  std::map<std::string, std::size_t> index_;
};

}  // namespace

Known<PacketRules> parse_ipset_save(std::string_view bytes) {
  if (bytes.size() > kMaxRulesBytes) return Missing{Why::unreadable, "ipset save", "too large"};
  IpsetReader reader;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::vector<std::string> words;
    if (!cut_iptables_line(bytes.substr(0, end), words))
      return Missing{Why::malformed, "ipset save", "an open quote"};
    reader.take(words);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return reader.take_rules();
}

}  // namespace reentry
