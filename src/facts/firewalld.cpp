#include "facts/firewalld.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii_case.hpp"
#include "facts/xml.hpp"

namespace reentry {
namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_yes(const std::string& value) {
  const std::string word = lowered(value);
  return word == "yes" || word == "true";
}

bool is_number_range(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789-") == std::string_view::npos;
}

// `<port>`, `<source-port>`, `<protocol>`; false for another element, or one that says something else.
bool add_port(const XmlElement& element, std::vector<FirewalldPort>& ports) {
  if (element.name == "protocol") {
    if (!element.has("value")) return false;
    ports.push_back({element.get("value"), {}, false});
    return true;
  }
  if (element.name != "port" && element.name != "source-port") return false;
  const std::string numbers = element.get("port");
  const std::string protocol = element.get("protocol");
  // A service may have a protocol alone.
  if (protocol.empty() || (!numbers.empty() && !is_number_range(numbers))) return false;
  ports.push_back({protocol, numbers, element.name == "source-port"});
  return true;
}

void read_rule_part(const XmlElement& part, FirewalldRule& rule) {
  if (part.name == "source" || part.name == "destination") {
    const bool of_source = part.name == "source";
    std::string value = part.get("address");
    if (value.empty() && part.has("ipset")) value = "ipset:" + part.get("ipset");
    if (value.empty()) rule.unmodelled = true;
    (of_source ? rule.source : rule.destination) = value;
    (of_source ? rule.source_negated : rule.destination_negated) = is_yes(part.get("invert"));
  } else if (part.name == "service") {
    rule.service = part.get("name");
  } else if (is_one_of(part.name, {"accept", "reject", "drop"})) {
    rule.action = part.name;
    rule.reject_type = part.get("type");
    rule.limited = !part.children.empty();
  } else if (is_one_of(part.name, {"icmp-type", "icmp-block"})) {
    rule.ports.push_back({"icmp", {}, false});
  } else if (is_one_of(part.name, {"masquerade", "tcp-mss-clamp", "mark"})) {
    rule.action.clear();
  } else if (!is_one_of(part.name, {"log", "nflog", "audit"}) && !add_port(part, rule.ports)) {
    rule.unmodelled = true;
  }
}

FirewalldRule read_rule(const XmlElement& element) {
  FirewalldRule rule;
  const std::string family = element.get("family");
  rule.family = family == "ipv4" ? 4 : family == "ipv6" ? 6 : 0;
  if (element.has("priority")) {
    const std::string number = element.get("priority");
    const bool negative = number.starts_with('-');
    const auto value = parse_number(std::string_view(number).substr(negative ? 1 : 0));
    rule.unmodelled = !value || *value > 32768;
    if (value && !rule.unmodelled) rule.priority = static_cast<long>(*value) * (negative ? -1 : 1);
  }
  for (const XmlElement& part : element.children) read_rule_part(part, rule);
  return rule;
}

void read_zone_part(const XmlElement& part, FirewalldZone& zone) {
  if (part.name == "interface") {
    zone.interfaces.push_back(part.get("name"));
  } else if (part.name == "source") {
    std::string source = part.has("ipset") ? "ipset:" + part.get("ipset") : part.get("address");
    if (source.empty()) zone.unmodelled = true;
    zone.sources.push_back(std::move(source));
  } else if (part.name == "service") {
    zone.services.push_back(part.get("name"));
  } else if (part.name == "forward-port") {
    zone.forwarded.push_back({part.get("protocol"), part.get("port"), false});
    zone.unmodelled = zone.unmodelled || !is_number_range(part.get("port"));
  } else if (part.name == "rule") {
    zone.rules.push_back(read_rule(part));
  } else if (!is_one_of(part.name, {"short", "description", "forward", "masquerade", "icmp-block",
                                    "icmp-block-inversion"}) &&
             !add_port(part, zone.ports)) {
    zone.unmodelled = true;
  }
}

Known<XmlElement> parse_named(std::string_view bytes, const std::string& file, std::string_view name) {
  Known<XmlElement> root = parse_xml(bytes, file);
  if (root && root->name != name)
    return Missing{Why::malformed, file, "it has no <" + std::string(name) + ">"};
  return root;
}

}  // namespace

Known<FirewalldService> parse_firewalld_service(std::string_view bytes, const std::string& file) {
  const Known<XmlElement> root = parse_named(bytes, file, "service");
  if (!root) return root.missing();
  FirewalldService out;
  for (const XmlElement& part : root->children) {
    if (is_one_of(part.name, {"short", "description", "module", "helper"})) continue;
    if (part.name == "destination") {
      out.destination4 = part.get("ipv4");
      out.destination6 = part.get("ipv6");
    } else if (part.name == "include") {
      out.includes.push_back(part.get("service"));
    } else if (!add_port(part, out.ports)) {
      return Missing{Why::malformed, file, "<" + part.name + ">"};
    }
  }
  return out;
}

Known<FirewalldZone> parse_firewalld_zone(std::string_view bytes, const std::string& name,
                                          const std::string& file) {
  const Known<XmlElement> root = parse_named(bytes, file, "zone");
  if (!root) return root.missing();
  FirewalldZone zone;
  zone.name = name;
  zone.file = file;
  zone.target = root->get("target");
  if (zone.target == "default") zone.target.clear();
  if (!is_one_of(zone.target, {"", "ACCEPT", "DROP", "%%REJECT%%", "REJECT"}))
    return Missing{Why::malformed, file, "target " + zone.target};
  for (const auto& [attribute, value] : root->attributes) {
    if (!is_one_of(attribute, {"target", "version", "name", "immutable"}) && value != "0")
      zone.unmodelled = true;
  }
  for (const XmlElement& part : root->children) read_zone_part(part, zone);
  return zone;
}

Known<std::vector<std::string>> parse_firewalld_ipset(std::string_view bytes, const std::string& file) {
  const Known<XmlElement> root = parse_named(bytes, file, "ipset");
  if (!root) return root.missing();
  const std::string type = root->get("type");
  if (type != "hash:ip" && type != "hash:net") return Missing{Why::not_asked, file, type};
  std::vector<std::string> out;
  for (const XmlElement& part : root->children) {
    if (part.name == "entry") out.push_back(part.text);
    if (part.name == "option" && part.get("name") == "timeout")
      return Missing{Why::not_asked, file, "timeout"};
  }
  return out;
}

Known<bool> policy_judges_input(std::string_view bytes, const std::string& file) {
  const Known<XmlElement> root = parse_named(bytes, file, "policy");
  if (!root) return root.missing();
  bool to_host = false;
  bool speaks = root->has("target") && root->get("target") != "CONTINUE";
  for (const XmlElement& part : root->children) {
    if (part.name == "egress-zone") to_host = to_host || is_one_of(part.get("name"), {"HOST", "ANY"});
    if (part.name == "rule") {
      const FirewalldRule rule = read_rule(part);
      const bool icmp = !rule.ports.empty() && rule.ports.front().protocol == "icmp";
      speaks = speaks || (!rule.action.empty() && !icmp) || rule.unmodelled;
    } else if (!is_one_of(part.name, {"short", "description", "ingress-zone", "egress-zone", "masquerade",
                                      "icmp-block", "disable"})) {
      speaks = true;
    }
  }
  return to_host && speaks;
}

std::string firewalld_setting(std::string_view bytes, std::string_view name) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    const std::size_t sign = line.find('=');
    if (line.starts_with('#') || sign == std::string_view::npos) continue;
    std::string_view key = line.substr(0, sign);
    std::string_view value = line.substr(sign + 1);
    for (std::string_view* side : {&key, &value}) {
      side->remove_prefix(std::min(side->find_first_not_of(" \t\r"), side->size()));
      while (!side->empty() && (side->back() == ' ' || side->back() == '\t' || side->back() == '\r'))
        side->remove_suffix(1);
    }
    if (key == name) out = std::string(value);
  }
  return out;
}

}  // namespace reentry
