#include "facts/nft_ruleset.hpp"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <map>
#include <utility>

#include "facts/nft_statements.hpp"

namespace reentry {
namespace {

using nft::Json;
using nft::member;
using nft::text_in;

PacketHook hook_of(std::string_view name) {
  if (name == "ingress") return PacketHook::ingress;
  if (name == "prerouting") return PacketHook::prerouting;
  if (name == "input") return PacketHook::input;
  if (name == "output") return PacketHook::output;
  if (name == "postrouting") return PacketHook::postrouting;
  return PacketHook::forward;
}

class RulesetReader {
 public:
  void read(const Json& list) {
    for (const Json& entry : list.GetArray()) {
      const nft::Single one = nft::single(entry);
      if (one.value == nullptr || !one.value->IsObject()) continue;
      if (one.name == "table") (void)table_of(*one.value, "name");
      if (one.name == "chain") add_chain(*one.value);
      if (one.name == "set" || one.name == "map" || one.name == "meter") add_set(*one.value);
      if (one.name == "rule") add_rule(*one.value);
    }
  }
  NftRuleset take() { return std::move(out_); }

 private:
  PacketTable& table_of(const Json& object, const char* name) {
    const std::string_view family = text_in(object, "family");
    const std::string_view table = text_in(object, name);
    for (PacketTable& known : out_.rules.tables) {
      if (known.family == family && known.name == table) return known;
    }
    out_.rules.tables.push_back({std::string(family), std::string(table), "nft", {}});
    return out_.rules.tables.back();
  }

  void add_chain(const Json& object) {
    PacketChain chain;
    chain.name = std::string(text_in(object, "name"));
    if (object.HasMember("hook")) chain.hook = hook_of(text_in(object, "hook"));
    const Json& priority = member(object, "prio");
    if (priority.IsInt()) chain.priority = priority.GetInt();
    chain.nat = text_in(object, "type") == "nat";
    chain.drops = text_in(object, "policy") == "drop";
    chain.device = std::string(text_in(object, "dev"));
    table_of(object, "table").chains.push_back(std::move(chain));
  }

  void add_set(const Json& object) {
    PacketSet set;
    set.family = std::string(text_in(object, "family"));
    set.table = std::string(text_in(object, "table"));
    set.name = std::string(text_in(object, "name"));
    const std::vector<nft::KeyPart> parts = nft::parts_of_type(member(object, "type"));
    const bool verdicts = text_in(object, "map") == "verdict";
    const Json& elements = member(object, "elem");
    if (elements.IsArray()) {
      for (const Json& entry : elements.GetArray()) {
        const bool pair = entry.IsArray() && entry.Size() == 2;
        auto element = nft::set_element(pair ? entry[0] : entry, parts);
        if (element && verdicts)
          set.opaque = !pair || !nft::read_verdict(entry[1], element->verdict, element->chain) || set.opaque;
        if (element) {
          set.elements.push_back(std::move(*element));
        } else {
          set.opaque = true;
        }
      }
    }
    out_.rules.sets.push_back(std::move(set));
  }

  void add_rule(const Json& object) {
    PacketTable& table = table_of(object, "table");
    const std::string_view name = text_in(object, "chain");
    const auto chain = std::find_if(table.chains.begin(), table.chains.end(),
                                    [name](const PacketChain& one) { return one.name == name; });
    const Json& statements = member(object, "expr");
    if (chain == table.chains.end() || !statements.IsArray()) return;
    PacketRule rule;
    rule.place = {"nft", table.family, table.name, std::string(name), 0, chain->rules.size() + 1, {},
                  {},    {},           0};
    const Json& handle = member(object, "handle");
    if (handle.IsUint64()) rule.place.handle = handle.GetUint64();
    rule.place.comment = std::string(text_in(object, "comment"));
    for (const Json& statement : statements.GetArray()) {
      if (nft::is_of_iptables(statement)) tell_of_iptables(table);
      nft::add_statements(statement, rule.statements);
    }
    chain->rules.push_back(std::move(rule));
  }

  void tell_of_iptables(const PacketTable& table) {
    std::string name = table.family + " " + table.name;
    std::vector<std::string>& known = out_.of_iptables;
    if (std::find(known.begin(), known.end(), name) == known.end()) known.push_back(std::move(name));
  }

  NftRuleset out_;
};

}  // namespace

Known<NftRuleset> parse_nft_ruleset(std::string_view json) {
  constexpr const char* kSource = "nft -j list ruleset";
  if (json.size() > kMaxRulesBytes) return Missing{Why::unreadable, kSource, "too large"};
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (document.HasParseError())
    return Missing{Why::malformed, kSource, rapidjson::GetParseError_En(document.GetParseError())};
  const Json& list = member(document, "nftables");
  if (!list.IsArray()) return Missing{Why::malformed, kSource, "no list of nftables"};
  RulesetReader reader;
  reader.read(list);
  return reader.take();
}

}  // namespace reentry
