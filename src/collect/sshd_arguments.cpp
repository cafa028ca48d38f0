#include "collect/sshd_arguments.hpp"

#include <algorithm>

#include "collect/command_words.hpp"
#include "collect/unit_file.hpp"
#include "collect/unit_starters.hpp"

namespace reentry {
namespace {

// sshd.c:main, getopt: the options that take an argument, and those that take none (-G from 9.3 on).
constexpr std::string_view kWithArgument = "CEbcfghkopu";
constexpr std::string_view kFlags = "46DdeiqrtTGRQ";

std::string where(const CommandWord& word) {
  return word.file + ":" + std::to_string(word.line);
}

bool exists(FileTree& tree, const std::string& name) {
  return std::any_of(unit_directories().begin(), unit_directories().end(), [&](const std::string& directory) {
    return tree.walk_nofollow(HostPath(directory + "/" + name)).found();
  });
}

// A unit that is only a link to the other one is its alias.
bool is_alias(FileTree& tree, const std::string& name, const std::string& other) {
  for (const std::string& directory : unit_directories()) {
    const PathFact at = tree.walk_nofollow(HostPath(directory + "/" + name));
    if (!at.found()) continue;
    if (at.node().stat.type != FileType::symlink) return false;
    return HostPath(at.node().link_target).name() == other;
  }
  return false;
}

// `ssh` (Debian) or `sshd`: the one that is not merely the other's alias.
std::string unit_stem(FileTree& tree, const std::string& suffix) {
  const bool short_name = exists(tree, "ssh" + suffix) && !is_alias(tree, "ssh" + suffix, "sshd" + suffix);
  return short_name ? "ssh" : "sshd";
}

LoadedUnit load(FileTree& tree, const std::string& suffix, std::string& name) {
  const std::string stem = unit_stem(tree, suffix);
  const std::string other = stem == "ssh" ? "sshd" : "ssh";
  name = stem + suffix;
  std::vector<std::string> names{name, suffix.substr(1)};
  if (is_alias(tree, other + suffix, name)) names.push_back(other + suffix);
  return load_unit(tree, name, names);
}

UnitEnvironment environment_of(FileTree& tree, const LoadedUnit& unit, std::vector<Missing>& unread) {
  UnitEnvironment out;
  for (const UnitLine& line : unit.list("Service", "Environment")) read_environment_line(line, out);
  for (const UnitLine& line : unit.list("Service", "EnvironmentFile")) {
    const bool optional = line.text.starts_with('-');
    const HostPath path(std::string_view(line.text).substr(optional ? 1 : 0));
    const Known<std::vector<HostPath>> files = tree.glob(path);
    if (!files) {
      unread.push_back(files.missing());
      continue;
    }
    for (const HostPath& file : *files) {
      const FileFact fact = tree.read(file);
      if (fact.bytes) {
        read_environment_file(*fact.bytes, file.str(), out);
      } else {
        unread.push_back(fact.bytes.missing());
      }
    }
  }
  return out;
}

struct ReadUnit {
  UnitFacts facts;
  std::vector<CommandWord> words;
  bool socket_follows_config = false;
};

// Ubuntu since 24.04: the socket's addresses are made from sshd_config at boot.
bool has_socket_generator(FileTree& tree) {
  for (const char* directory : {"/etc/systemd/system-generators/", "/usr/lib/systemd/system-generators/",
                                "/lib/systemd/system-generators/"}) {
    if (tree.locate(HostPath(directory + std::string("sshd-socket-generator"))).found()) return true;
  }
  return false;
}

ReadUnit read_unit(FileTree& tree) {
  ReadUnit out;
  UnitFacts& facts = out.facts;
  const LoadedUnit service = load(tree, ".service", facts.name);
  facts.found = service.found;
  facts.file = service.file;
  facts.masked = service.masked;
  facts.enabled = unit_is_enabled(tree, facts.name);
  facts.unread = service.unread;
  for (const UnitLine& line : service.list("Unit", "After"))
    facts.after_network_online |= line.text.find("network-online.target") != std::string::npos;
  facts.exec_start = service.list("Service", "ExecStart");
  if (!facts.exec_start.empty()) {
    facts.command_at = facts.exec_start.back();
    out.words = command_words(facts.command_at, environment_of(tree, service, facts.unread));
    for (const CommandWord& word : out.words) facts.command.push_back(word.text);
  }
  std::vector<std::string> wanted_by;
  for (const UnitLine& line : service.list("Install", "WantedBy")) wanted_by.push_back(line.text);
  const LoadedUnit socket = load(tree, ".socket", facts.socket_name);
  facts.socket_found = socket.found;
  facts.socket_masked = socket.masked;
  facts.socket_enabled = unit_is_enabled(tree, facts.socket_name);
  if (facts.found) collect_starters(tree, wanted_by, facts);
  const std::string accept = socket.last("Socket", "Accept");
  facts.socket_accept = accept == "yes" || accept == "true" || accept == "on" || accept == "1";
  facts.listen_streams = socket.list("Socket", "ListenStream");
  const bool only_shipped = std::all_of(
      facts.listen_streams.begin(), facts.listen_streams.end(),
      [&](const UnitLine& line) { return line.file == socket.file && !line.file.starts_with("/etc"); });
  out.socket_follows_config = only_shipped && has_socket_generator(tree);
  return out;
}

class OptionReader {
 public:
  explicit OptionReader(const std::vector<CommandWord>& words) : words_(words) {}

  SshdArguments run() {
    // The first word is the program.
    for (next_ = 1; next_ < words_.size();) {
      const CommandWord& word = words_[next_++];
      if (word.text == "--" || word.text.size() < 2 || word.text[0] != '-') break;
      for (std::size_t i = 1; i < word.text.size(); ++i) {
        const char letter = word.text[i];
        if (kWithArgument.find(letter) == std::string_view::npos) {
          flag(letter, word);
          continue;
        }
        take(letter, word, i + 1 < word.text.size() ? word.text.substr(i + 1) : following());
        break;
      }
    }
    if (!connection_.empty() && !only_tests_) {
      out_.refused.insert(
          out_.refused.begin(),
          {"Config test connection parameter (-C) provided without test mode (-T)", connection_});
    }
    return std::move(out_);
  }

 private:
  std::string following() { return next_ < words_.size() ? words_[next_++].text : std::string(); }

  void refuse(std::string message, std::string word) {
    if (out_.refused.empty()) out_.refused.emplace_back(std::move(message), std::move(word));
  }

  void flag(char letter, const CommandWord& word) {
    if (kFlags.find(letter) == std::string_view::npos)
      refuse(std::string("unknown option -- ") + letter, word.text);
    if (letter == 't' || letter == 'T' || letter == 'G') {
      only_tests_ = true;
      refuse("it only tests the configuration and ends", word.text);
    }
    if (letter == '4') out_.options.emplace_back("AddressFamily=inet", where(word));
    if (letter == '6') out_.options.emplace_back("AddressFamily=inet6", where(word));
  }

  void take(char letter, const CommandWord& word, std::string argument) {
    switch (letter) {
      case 'C': connection_ = "-C " + argument; break;
      case 'f': out_.config_file = HostPath(argument); break;
      case 'o': out_.options.emplace_back(std::move(argument), where(word)); break;
      case 'p': out_.ports.push_back(std::move(argument)); break;
      case 'h': out_.host_keys.push_back(std::move(argument)); break;
      case 'c': out_.options.emplace_back("HostCertificate=" + argument, where(word)); break;
      case 'g': out_.options.emplace_back("LoginGraceTime=" + argument, where(word)); break;
      default: break;
    }
  }

  const std::vector<CommandWord>& words_;
  std::size_t next_ = 1;
  bool only_tests_ = false;
  std::string connection_;  // -C, as written
  SshdArguments out_;
};

}  // namespace

SshdStart collect_sshd_start(FileTree& tree) {
  ReadUnit unit = read_unit(tree);
  SshdStart out;
  out.arguments = OptionReader(unit.words).run();
  out.arguments.source = unit.facts.command_at.file;
  const bool socket = unit.facts.socket_enabled && !unit.facts.socket_masked && !unit.socket_follows_config;
  if (socket) {
    for (const UnitLine& stream : unit.facts.listen_streams) {
      out.arguments.listen_streams.push_back(stream.text);
    }
  }
  out.unit = std::move(unit.facts);
  return out;
}

UnitFacts collect_unit(FileTree& tree) {
  return collect_sshd_start(tree).unit;
}

SshdArguments collect_sshd_arguments(FileTree& tree) {
  return collect_sshd_start(tree).arguments;
}

}  // namespace reentry
