#include "repair/manifest.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/digest.hpp"

namespace reentry {
namespace {

constexpr std::array<std::string_view, 10> kKinds{"edit",   "chmod",  "chown", "create", "mkdir",
                                                  "remove", "rename", "link",  "tool",   "label"};
constexpr std::array<std::string_view, 8> kTypes{"regular", "directory",   "symlink",      "fifo",
                                                 "socket",  "char-device", "block-device", "unknown"};
constexpr std::size_t kImageWords = 14;
constexpr std::string_view kFormat = "1";

std::string text_of(std::uint64_t value) {
  return fmt::format("{}", value);
}

// Reads words one after the other and remembers whether one was no number.
class Words {
 public:
  explicit Words(const Record& record, std::size_t from) : record_(record), at_(from) {}
  std::int64_t number() {
    const auto value = at_ < record_.size() ? number_of(record_[at_]) : std::nullopt;
    ++at_;
    good_ = good_ && value.has_value();
    return value.value_or(0);
  }
  std::uint32_t small() { return static_cast<std::uint32_t>(number()); }
  std::string word() {
    good_ = good_ && at_ < record_.size();
    return at_ < record_.size() ? record_[at_++] : std::string();
  }
  [[nodiscard]] bool good() const { return good_ && at_ == record_.size(); }

 private:
  const Record& record_;
  std::size_t at_;
  bool good_ = true;
};

std::string image_records(std::string_view name, std::size_t step, const NodeImage& image) {
  const auto type = static_cast<std::size_t>(image.type);
  std::string out =
      encode({std::string(name), text_of(step), image.exists ? "1" : "0", std::string(kTypes[type]),
              text_of(image.mode), text_of(image.uid), text_of(image.gid), text_of(image.inode),
              text_of(image.links), text_of(image.flags), fmt::format("{}", image.accessed.seconds),
              text_of(static_cast<std::uint64_t>(image.accessed.nanoseconds)),
              fmt::format("{}", image.modified.seconds),
              text_of(static_cast<std::uint64_t>(image.modified.nanoseconds)), hex(image.digest)});
  for (const ExtendedAttribute& attribute : image.attributes) {
    out += encode({"attribute", text_of(step), attribute.name, attribute.value});
  }
  return out;
}

std::string raw(std::string_view hexadecimal) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2) {
    const auto nibble = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    out += static_cast<char>(nibble(hexadecimal[i]) * 16 + nibble(hexadecimal[i + 1]));
  }
  return out;
}

std::optional<NodeImage> image_from(const Record& record) {
  if (record.size() != kImageWords + 1) return std::nullopt;
  Words words(record, 2);
  NodeImage image;
  image.exists = words.number() == 1;
  const std::string type = words.word();
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    if (kTypes[i] == type) image.type = static_cast<FileType>(i);
  }
  image.mode = words.small();
  image.uid = words.small();
  image.gid = words.small();
  image.inode = static_cast<std::uint64_t>(words.number());
  image.links = static_cast<std::uint64_t>(words.number());
  image.flags = words.small();
  image.accessed.seconds = words.number();
  image.accessed.nanoseconds = words.number();
  image.modified.seconds = words.number();
  image.modified.nanoseconds = words.number();
  image.digest = raw(words.word());
  if (!words.good()) return std::nullopt;
  return image;
}

std::string time_record(std::string_view name, const DirectoryTime& time) {
  return encode({std::string(name), time.path.str(), fmt::format("{}", time.modified.seconds),
                 fmt::format("{}", time.modified.nanoseconds)});
}

std::string word_record(std::string_view name, std::size_t step, const std::vector<std::string>& words) {
  Record record{std::string(name), text_of(step)};
  record.insert(record.end(), words.begin(), words.end());
  return encode(record);
}

std::optional<DirectoryTime> time_from(const Record& record) {
  Words words(record, 1);
  DirectoryTime time;
  time.path = HostPath(words.word());
  time.modified.seconds = words.number();
  time.modified.nanoseconds = words.number();
  if (!words.good()) return std::nullopt;
  return time;
}

// The index that a record's second word gives, if it is one below `count`.
std::optional<std::size_t> index_of(const Record& record, std::size_t count) {
  if (record.size() < 2) return std::nullopt;
  const auto value = number_of(record[1]);
  if (!value || *value < 0 || static_cast<std::size_t>(*value) >= count) return std::nullopt;
  return static_cast<std::size_t>(*value);
}

std::optional<KeptStep> step_from(const Record& record) {
  Words words(record, 2);
  KeptStep step;
  const std::string kind = words.word();
  bool known = false;
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i] != kind) continue;
    step.kind = static_cast<StepKind>(i);
    known = true;
  }
  step.path = HostPath(words.word());
  step.to = HostPath(words.word());
  step.after_digest = raw(words.word());
  if (!known || !words.good()) return std::nullopt;
  return step;
}

// Takes one record of a manifest in; false when it makes no sense there.
bool take(Manifest& manifest, const Record& record) {
  const std::string& name = record.front();
  if (name == "item" && record.size() == 3) {
    manifest.items.push_back({record[1], record[2]});
    return true;
  }
  if (name == "directory") {
    auto time = time_from(record);
    if (time) manifest.directories.push_back(std::move(*time));
    return time.has_value();
  }
  if (name == "step") {
    auto step = step_from(record);
    if (step) manifest.steps.push_back(std::move(*step));
    return step.has_value();
  }
  const auto index = index_of(record, manifest.steps.size());
  if (!index || *index + 1 != manifest.steps.size()) return false;
  if (name == "before") {
    auto image = image_from(record);
    if (image) manifest.steps.back().before = std::move(*image);
    return image.has_value();
  }
  if ((name == "words" || name == "back") && manifest.steps.back().kind == StepKind::tool) {
    auto& list = name == "words" ? manifest.steps.back().words : manifest.steps.back().back;
    list.assign(record.begin() + 2, record.end());
    return true;
  }
  if (name == "attribute" && record.size() == 4) {
    manifest.steps.back().before.attributes.push_back({record[2], record[3]});
    return true;
  }
  return false;
}

}  // namespace

std::string_view name_of(StepKind kind) {
  return kKinds[static_cast<std::size_t>(kind)];
}

StepKind kind_of(const Step& step) {
  struct Visitor {
    StepKind operator()(const EditFile&) const { return StepKind::edit; }
    StepKind operator()(const SetMode&) const { return StepKind::mode; }
    StepKind operator()(const SetOwner&) const { return StepKind::owner; }
    StepKind operator()(const SetLabel&) const { return StepKind::label; }
    StepKind operator()(const CreateFile&) const { return StepKind::create_file; }
    StepKind operator()(const CreateDirectory&) const { return StepKind::create_directory; }
    StepKind operator()(const RemoveFile&) const { return StepKind::remove; }
    StepKind operator()(const RenameFile&) const { return StepKind::rename; }
    StepKind operator()(const CreateLink&) const { return StepKind::link; }
    StepKind operator()(const RunTool&) const { return StepKind::tool; }
  };
  return std::visit(Visitor{}, step);
}

std::string to_text(const Manifest& manifest) {
  std::string out =
      encode({"transaction", std::string(kFormat), manifest.id, fmt::format("{}", manifest.made)});
  for (const Manifest::Item& item : manifest.items) out += encode({"item", item.cause, item.remedy});
  for (const DirectoryTime& time : manifest.directories) out += time_record("directory", time);
  for (std::size_t i = 0; i < manifest.steps.size(); ++i) {
    const KeptStep& step = manifest.steps[i];
    out += encode({"step", text_of(i), std::string(name_of(step.kind)), step.path.str(), step.to.str(),
                   hex(step.after_digest)});
    out += image_records("before", i, step.before);
    if (step.kind != StepKind::tool) continue;
    out += word_record("words", i, step.words);
    out += word_record("back", i, step.back);
  }
  out += encode({"end", text_of(manifest.steps.size())});
  return out;
}

std::optional<Manifest> manifest_of(std::string_view text) {
  const Records lines = decode(text);
  if (lines.damaged != 0 || lines.torn || lines.records.size() < 2) return std::nullopt;
  const Record& first = lines.records.front();
  const Record& last = lines.records.back();
  Manifest manifest;
  if (first.size() != 4 || first[0] != "transaction" || first[1] != kFormat) return std::nullopt;
  manifest.id = first[2];
  manifest.made = number_of(first[3]).value_or(0);
  for (std::size_t i = 1; i + 1 < lines.records.size(); ++i) {
    if (!take(manifest, lines.records[i])) return std::nullopt;
  }
  if (last.size() != 2 || last[0] != "end" || last[1] != text_of(manifest.steps.size())) return std::nullopt;
  return manifest;
}

Progress progress_of(std::string_view text, std::size_t steps) {
  Progress progress;
  progress.steps.resize(steps);
  const Records lines = decode(text);
  progress.torn = lines.torn;
  std::optional<NodeImage> after;
  std::vector<DirectoryTime> times;
  for (const Record& record : lines.records) {
    const std::string& name = record.front();
    const auto index = index_of(record, steps);
    if (name == "directory") {
      if (auto time = time_from(record)) times.push_back(std::move(*time));
    } else if (name == "finished") {
      progress.state = TransactionState::finished;
      progress.after = std::exchange(times, {});
    } else if (name == "undoing") {
      progress.state = TransactionState::undoing;
      progress.forced = record.size() == 2 && record[1] == "force";
      progress.restore = std::exchange(times, {});
    } else if (name == "undone" && record.size() == 1) {
      progress.state = TransactionState::undone;
    } else if (name == "partly-undone") {
      progress.state = TransactionState::partly_undone;
    } else if (!index) {
      continue;
    } else if (name == "applying") {
      progress.state = TransactionState::applying;
      progress.steps[*index].applying = true;
    } else if (name == "after") {
      after = image_from(record);
    } else if (name == "attribute" && after && record.size() == 4) {
      after->attributes.push_back({record[2], record[3]});
    } else if (name == "done") {
      progress.steps[*index].done = true;
      progress.steps[*index].after = std::exchange(after, std::nullopt);
    } else if (name == "undo") {
      progress.steps[*index].undoing = true;
      progress.steps[*index].skipped = false;
    } else if (name == "step-undone") {
      progress.steps[*index].undone = true;
    } else if (name == "step-skipped") {
      progress.steps[*index].skipped = true;
      progress.steps[*index].undoing = false;
    }
  }
  return progress;
}

std::string planned_record() {
  return encode({"planned"});
}
std::string applying_record(std::size_t step) {
  return encode({"applying", text_of(step)});
}
std::string done_record(std::size_t step, const NodeImage& after) {
  return image_records("after", step, after) + encode({"done", text_of(step)});
}
std::string finished_record(const std::vector<DirectoryTime>& after) {
  std::string out;
  for (const DirectoryTime& time : after) out += time_record("directory", time);
  return out + encode({"finished"});
}
std::string undoing_record(bool force, const std::vector<DirectoryTime>& restore) {
  std::string out;
  for (const DirectoryTime& time : restore) out += time_record("directory", time);
  return out + encode({"undoing", force ? "force" : "plain"});
}
std::string undo_step_record(std::size_t step) {
  return encode({"undo", text_of(step)});
}
std::string undone_step_record(std::size_t step, bool skipped) {
  return encode({skipped ? "step-skipped" : "step-undone", text_of(step)});
}
std::string undone_record(bool partly) {
  return encode({partly ? "partly-undone" : "undone"});
}

bool same_node(const NodeImage& a, const NodeImage& b) {
  if (a.exists != b.exists) return false;
  if (!a.exists) return true;
  return a.type == b.type && a.mode == b.mode && a.uid == b.uid && a.gid == b.gid && a.digest == b.digest &&
         a.attributes == b.attributes;
}

}  // namespace reentry
