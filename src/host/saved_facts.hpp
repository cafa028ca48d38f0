// What was read of a target, in one file that gives the same diagnosis on any other machine. It holds no
// secret: password hashes and private keys are blanked before they are written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "facts/facts.hpp"
#include "host/file_tree.hpp"
#include "host/running_system.hpp"

namespace reentry {

constexpr std::size_t kSavedFactsLimit = std::size_t{256} << 20U;

// Passes everything on to another tree and remembers its answers.
class RecordingTree final : public FileTree {
 public:
  explicit RecordingTree(FileTree& inner) : inner_(inner) {}

  [[nodiscard]] Lookup lookup(const HostPath& physical) override;
  [[nodiscard]] Known<std::string> read_regular(const HostPath& physical, std::size_t limit) override;
  [[nodiscard]] Known<std::string> read_range(const HostPath& physical, std::uint64_t offset,
                                              std::size_t length) override;
  [[nodiscard]] Known<std::vector<std::string>> list_directory(const HostPath& physical) override;
  [[nodiscard]] Known<std::vector<std::string>> device_links() override;
  [[nodiscard]] Known<std::string> label(const HostPath& physical) override;
  [[nodiscard]] Known<FileSystem> file_system(const HostPath& physical) override;

  struct Range {
    std::uint64_t offset = 0;
    std::size_t length = 0;
    Known<std::string> bytes;
  };
  [[nodiscard]] const std::map<std::string, Lookup>& lookups() const { return lookups_; }
  [[nodiscard]] const std::map<std::string, Known<std::string>>& files() const { return files_; }
  [[nodiscard]] const std::map<std::string, std::vector<Range>>& ranges() const { return ranges_; }
  [[nodiscard]] const std::map<std::string, Known<std::vector<std::string>>>& lists() const { return lists_; }
  // What device_links() answered; not_asked where nobody asked.
  [[nodiscard]] const Known<std::vector<std::string>>& devices() const { return devices_; }
  [[nodiscard]] const std::map<std::string, Known<std::string>>& labels() const { return labels_; }
  [[nodiscard]] const std::map<std::string, Known<FileSystem>>& file_systems() const { return file_systems_; }

 private:
  FileTree& inner_;
  std::map<std::string, Lookup> lookups_;
  std::map<std::string, Known<std::string>> files_;
  std::map<std::string, std::vector<Range>> ranges_;
  std::map<std::string, Known<std::vector<std::string>>> lists_;
  Known<std::vector<std::string>> devices_;
  std::map<std::string, Known<std::string>> labels_;
  std::map<std::string, Known<FileSystem>> file_systems_;
};

// One JSON object, schema `reentry.facts/1`, the same bytes for the same answers.
[[nodiscard]] std::string save_facts(const RecordingTree& tree, const SystemAnswers& system,
                                     const TargetFacts& target, std::int64_t now);

struct SavedFacts {
  std::unique_ptr<FileTree> tree;
  SystemAnswers system;
  TargetFacts target;
  std::int64_t now = 0;
};
// Fails (target) with `name` where the bytes are not what save_facts writes.
[[nodiscard]] Result<SavedFacts> load_facts(const std::string& name, std::string_view bytes);

}  // namespace reentry
