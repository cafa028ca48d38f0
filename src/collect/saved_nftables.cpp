#include <algorithm>
#include <set>

#include "collect/firewall.hpp"
#include "facts/nft_ruleset.hpp"

namespace reentry {
namespace {

// One word of a command line holds no more than this (linux/binfmts.h: MAX_ARG_STRLEN).
constexpr std::size_t kMostText = 120'000;
constexpr int kDeepestInclude = 8;
constexpr auto kLoadTime = std::chrono::seconds(5);

// The file with what it includes in the place of its include lines: the text alone leaves the target.
class Inliner {
 public:
  Inliner(FileTree& tree, Facts& facts) : tree_(tree), facts_(facts) {}

  void read(const std::string& path, int depth) {
    if (missing_) return;
    FileFact file = tree_.read(HostPath(path));
    if (!file.bytes || depth > kDeepestInclude) {
      missing_ = file.bytes ? Missing{Why::malformed, path, "too many includes within each other"}
                            : file.bytes.missing();
      return;
    }
    const std::string bytes = *file.bytes;
    if (facts_.paths.find(HostPath(path)) == nullptr) facts_.paths.put(std::move(file));
    files_.push_back(path);
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      take(rest.substr(0, end), path, depth);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (text_.size() > kMostText) missing_ = Missing{Why::unreadable, path, "too large"};
      if (missing_) return;
    }
    // One that does not begin its line would be read from the machine that we run on.
    if (depth == 0 && text_.find("include") != std::string::npos)
      missing_ = Missing{Why::malformed, path, "an include within a line"};
  }
  [[nodiscard]] const std::optional<Missing>& missing() const { return missing_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<std::string>& files() const { return files_; }

 private:
  void take(std::string_view line, const std::string& path, int depth) {
    std::string_view word = line;
    word.remove_prefix(std::min(word.find_first_not_of(" \t"), word.size()));
    if (!word.starts_with("include ") && !word.starts_with("include\t") && !word.starts_with("include\"")) {
      text_.append(line);
      text_ += '\n';
      return;
    }
    const std::size_t begin = word.find_first_of("\"'");
    const std::size_t close = begin == std::string_view::npos ? begin : word.find(word[begin], begin + 1);
    if (close == std::string_view::npos) {
      missing_ = Missing{Why::malformed, path, "an include without a file"};
      return;
    }
    std::string name(word.substr(begin + 1, close - begin - 1));
    if (!name.starts_with('/')) name = HostPath(path).parent().str() + "/" + name;
    const Known<std::vector<HostPath>> found = tree_.glob(HostPath(name));
    if (!found) {
      missing_ = found.missing();
      return;
    }
    const bool pattern = name.find_first_of("*?[") != std::string::npos;
    if (found->empty() && !pattern) read(name, depth + 1);
    for (const HostPath& one : *found) read(one.str(), depth + 1);
  }

  FileTree& tree_;
  Facts& facts_;
  std::string text_;
  std::vector<std::string> files_;
  std::optional<Missing> missing_;
};

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

// nft's language is nft's own business: it loads the text in a network of nobody's, and lists what came out.
Known<PacketRules> saved_nftables(FileTree& tree, RunningSystem& system, Facts& facts,
                                  const std::string& file) {
  if (file.empty()) return PacketRules{};
  Inliner inliner(tree, facts);
  inliner.read(file, 0);
  if (inliner.missing()) return *inliner.missing();
  // `$1` is the text, never part of the script. Without root or unshare(1) there is no such network.
  constexpr const char* kScript =
      "printf %s \"$1\" | nft -f - && nft -j list ruleset && echo && echo ==== && nft -a list ruleset";
  const std::vector<std::string> words = {"/bin/sh", "-c", kScript, "sh", inliner.text()};
  std::vector<std::string> argv = {"unshare", "--net"};
  argv.insert(argv.end(), words.begin(), words.end());
  const Missing unable{Why::not_asked, file, "what nft makes of it: this needs root and nft(8)"};
  if (system.runs() && !system.privileged()) return Missing{Why::denied, file, "needs root"};
  const Known<SystemAnswer> ran = system.consult(argv, kLoadTime);
  if (!ran || ran->out.size() > kMaxRulesBytes) return unable;
  const std::size_t parted = ran->out.find("\n====\n");
  if (ran->status != 0 || parted == std::string::npos) {
    const bool syntax = ran->complaint.find("syntax error") != std::string::npos;
    if (!system.runs() || !syntax) {
      return ran->complaint.find("/dev/stdin:") == std::string::npos
                 ? unable
                 : Missing{Why::malformed, file, first_line(ran->complaint)};
    }
    // The host's own nft takes nothing of it.
    facts.firewall.unloadable.push_back({file, 0, first_line(ran->complaint)});
    return PacketRules{};
  }
  Known<NftRuleset> nft = parse_nft_ruleset(std::string_view(ran->out).substr(0, parted));
  if (!nft) return nft.missing();
  name_nft_rules(std::string_view(ran->out).substr(parted + 6), nft->rules);
  for (const std::string& path : inliner.files()) {
    const FileFact* kept = facts.paths.find(HostPath(path));
    if (kept != nullptr && kept->bytes) place_nft_rules(*kept->bytes, path, nft->rules);
  }
  return std::move(nft->rules);
}

}  // namespace reentry
