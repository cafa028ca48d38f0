#include "checks/network/firewall_words.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/shown.hpp"
#include "facts/firewall.hpp"

namespace reentry {
namespace {

using Strings = std::vector<std::string>;

std::string typed(std::string_view program, const Strings& words) {
  std::string out = shown(program);
  for (const std::string& word : words) out += " " + shell_word(shown(word));
  return out;
}

// One command that is run and taken back, and what a person would type.
struct Tool {
  Steps steps;
  Strings commands;
  void add(const char* program, Strings words, Strings back) {
    const std::string_view path(program);
    commands.push_back(typed(path.substr(path.rfind('/') + 1), words));
    steps.push_back(RunTool{HostPath(path), std::move(words), std::move(back)});
  }
};

// Tools can only be run where the rules hold: on the host itself.
bool is_live(const SeenCase& it) {
  return it.input.facts.target.kind == TargetKind::live && it.raw("saved").empty();
}

Tool by_ufw(const SeenCase& it) {
  const std::string from = asked_source(it);
  const std::string port(it.raw("port"));
  Strings rule = {"allow"};
  if (from.empty()) {
    rule.push_back(port + "/tcp");
  } else {
    rule.insert(rule.end(), {"from", from, "to", "any", "port", port, "proto", "tcp"});
  }
  Strings words = {"prepend"};
  words.insert(words.end(), rule.begin(), rule.end());
  Strings back = {"delete"};
  back.insert(back.end(), rule.begin(), rule.end());
  Tool tool;
  tool.add("/usr/sbin/ufw", words, back);
  return tool;
}

// `filter_IN_public_allow` -> `public`; empty: the default zone.
std::string zone_of(std::string_view chain) {
  const std::size_t at = chain.find("_IN_");
  if (at == std::string_view::npos) return {};
  std::string zone(chain.substr(at + 4));
  for (const std::string_view tail : {"_pre", "_log", "_deny", "_allow", "_post"}) {
    if (zone.ends_with(tail)) zone.resize(zone.size() - tail.size());
  }
  return zone == "ZONES" ? std::string() : zone;
}

Tool by_firewalld(const SeenCase& it) {
  const std::string from = asked_source(it);
  const std::string port(it.raw("port"));
  Strings place;
  if (const std::string zone = zone_of(it.raw("chain")); !zone.empty()) place.push_back("--zone=" + zone);
  std::string rule = port + "/tcp";
  std::string add = "--add-port=";
  std::string remove = "--remove-port=";
  if (!from.empty()) {
    const char* family = it.raw("version") == "6" ? "ipv6" : "ipv4";
    // In front of what the zone denies.
    rule = fmt::format(
        "rule priority=\"-1\" family=\"{}\" source address=\"{}\" port port=\"{}\" protocol=\"tcp\" accept",
        family, from, port);
    add = "--add-rich-rule=";
    remove = "--remove-rich-rule=";
  }
  Tool tool;
  for (const bool permanent : {false, true}) {
    Strings words;
    if (permanent) words.emplace_back("--permanent");
    words.insert(words.end(), place.begin(), place.end());
    Strings back = words;
    words.push_back(add + rule);
    back.push_back(remove + rule);
    tool.add("/usr/bin/firewall-cmd", words, back);
  }
  return tool;
}

Tool by_iptables(const SeenCase& it) {
  const std::string name(it.raw("tool"));
  const std::string program = "/usr/sbin/" + name;
  const bool reply = it.raw("phase") == "reply";
  Strings rule = {std::string(it.raw("base"))};
  if (const std::string from = asked_source(it); !from.empty()) {
    rule.emplace_back(reply ? "-d" : "-s");
    rule.push_back(from);
  }
  rule.insert(rule.end(),
              {"-p", "tcp", reply ? "--sport" : "--dport", std::string(it.raw("port")), "-j", "ACCEPT"});
  Strings words = {"-t", std::string(it.raw("table")), "-I"};
  Strings back = {"-t", std::string(it.raw("table")), "-D"};
  words.insert(words.end(), rule.begin(), rule.end());
  back.insert(back.end(), rule.begin(), rule.end());
  Tool tool;
  tool.add(program.c_str(), words, back);
  return tool;
}

Strings nft_rule(const SeenCase& it) {
  const bool reply = it.raw("phase") == "reply";
  Strings rule;
  if (const std::string from = asked_source(it); !from.empty()) {
    rule.emplace_back(it.raw("version") == "6" ? "ip6" : "ip");
    rule.emplace_back(reply ? "daddr" : "saddr");
    rule.push_back(from);
  }
  rule.insert(rule.end(), {"tcp", reply ? "sport" : "dport", std::string(it.raw("port")), "accept"});
  return rule;
}

// Only its handle takes a rule of nft away again, and nobody knows that before it is there: a comment finds
// it.
Tool by_nft(const SeenCase& it) {
  const std::string chain =
      shell_word(it.raw("family")) + " " + shell_word(it.raw("table")) + " " + shell_word(it.raw("base"));
  std::string insert = "nft insert rule " + chain;
  for (const std::string& word : nft_rule(it)) insert += " " + shell_word(word);
  std::string from = asked_source(it);
  if (from.empty()) from = "any";
  const std::string comment = "reentry " + from + " " + std::string(it.raw("port"));
  Tool tool;
  tool.commands.push_back(shown(insert));
  const std::string find = "nft -a list chain " + chain + " | sed -n 's/.*comment \"" + comment +
                           "\" # handle \\([0-9]*\\)$/\\1/p'";
  tool.steps.push_back(RunTool{HostPath("/bin/sh"),
                               {"-c", insert + " comment '\"" + comment + "\"'"},
                               {"-c", find + " | xargs -r -n 1 nft delete rule " + chain + " handle"}});
  return tool;
}

// The line that lets in, in front of the one that keeps out, in the file that is loaded.
Steps in_file(const SeenCase& it, Strings& commands) {
  if (it.at.source != "file" || it.at.line == 0) return {};
  const bool saved = it.raw("tool").starts_with("ip");
  if (it.raw("chain") != it.raw("base") || it.at.path.find("/ufw/") != std::string::npos) return {};
  std::string line;
  if (saved) {
    line = "-A " + std::string(it.raw("base"));
    if (const std::string from = asked_source(it); !from.empty())
      line += (it.raw("phase") == "reply" ? " -d " : " -s ") + from;
    line += (it.raw("phase") == "reply" ? " -p tcp --sport " : " -p tcp --dport ") +
            std::string(it.raw("port")) + " -j ACCEPT";
  } else {
    line = it.at.text.empty() ? "" : "    ";
    for (const std::string& word : nft_rule(it)) line += word + " ";
    line.pop_back();
  }
  commands.push_back(
      fmt::format("sed -i '{}i {}' {}", it.at.line, shown(line), shell_word(shown(it.at.path))));
  return insert_before(it.input.facts, it.at.path, it.at.line, {line});
}

}  // namespace

std::string client_words(const SeenCase& it) {
  const std::string_view reject = it.raw("reject");
  const std::string_view phase = it.raw("phase");
  if (it.raw("verdict") != "reject" || phase == "reply")
    return phase == "later" ? "Connection timed out during banner exchange" : "Connection timed out";
  if (reject == "tcp reset") return phase == "later" ? "Connection reset by peer" : "Connection refused";
  if (phase == "later") return "Connection timed out during banner exchange";
  if (reject.ends_with("port-unreachable")) return "Connection refused";
  if (reject.ends_with("net-unreachable") || reject.ends_with("net-prohibited") ||
      reject.ends_with("no-route"))
    return "Network is unreachable";
  if (reject.ends_with("prot-unreachable")) return "Protocol not available";
  const bool six = it.raw("version") == "6";
  if (six && reject.ends_with("admin-prohibited")) return "Permission denied";
  return "No route to host";
}

std::string rule_words(const SeenCase& it) {
  std::string out = it.detail("rule");
  if (it.at.source == "file") out += " (" + it.where() + ")";
  if (!it.at.text.empty() && it.at.source != "file") out += ": `" + shown(it.at.text) + "`";
  return out;
}

std::string asked_source(const SeenCase& it) {
  const std::optional<std::string>& from = it.seen.traces.front()->question.from;
  const auto address = from ? parse_address(*from) : std::nullopt;
  return address ? text_of(*address) : std::string();
}

void add_allow(const SeenCase& it, Finding& finding) {
  const std::string_view owner = it.raw("owner");
  const std::string from = asked_source(it);
  const Text who = from.empty() ? say("everybody", "すべての接続元") : say("{}", "{}", shown(from));
  const std::string port = it.detail("port");
  const Text text{
      fmt::format("Let {} reach port {} by one rule in front of the others.", who.en, port),
      fmt::format("{} から {} 番ポートへの接続を許可するルールを一つ、先頭に加えます。", who.ja, port)};
  if (!is_live(it)) {
    Strings commands;
    Steps steps = in_file(it, commands);
    if (steps.empty() && owner == "ufw") commands = by_ufw(it).commands;
    if (steps.empty() && owner == "firewalld") commands = by_firewalld(it).commands;
    if (steps.empty() && commands.empty()) commands = {"editor " + shell_word(shown(it.at.path))};
    add_remedy(finding, "allow", Risk::choice, text, std::move(steps), std::move(commands));
    return;
  }
  Tool tool;
  if (owner == "ufw") {
    tool = by_ufw(it);
  } else if (owner == "firewalld") {
    tool = by_firewalld(it);
  } else if (it.raw("tool").starts_with("ip")) {
    tool = by_iptables(it);
  } else {
    tool = by_nft(it);
  }
  add_remedy(finding, "allow", Risk::choice, text, std::move(tool.steps), std::move(tool.commands));
}

}  // namespace reentry
