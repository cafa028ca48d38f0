#include "repair/journal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/time.hpp"

namespace reentry {
namespace {

constexpr std::string_view kHome = "/var/lib/reentry";
constexpr std::size_t kSequenceDigits = 6;

// `000001-20261121T024612Z`: the number alone makes the order.
bool is_id(const std::string& name) {
  if (name.size() < kSequenceDigits + 2 || name.size() > 64 || name[kSequenceDigits] != '-') return false;
  const bool digits =
      std::all_of(name.begin(), name.begin() + kSequenceDigits, [](char c) { return c >= '0' && c <= '9'; });
  return digits && std::all_of(name.begin() + kSequenceDigits + 1, name.end(),
                               [](char c) { return (c >= '0' && c <= '9') || c == 'T' || c == 'Z'; });
}

// The directory above keeps its time: it is not part of what a repair changes.
Result<void> make_directory(const HostWriter& writer, const HostPath& path, std::uint32_t mode) {
  TRY(const NodeImage parent, writer.image(path.parent()));
  TRY_VOID(writer.create_directory(path, mode, 0, 0));
  return writer.set_modified(path.parent(), parent.modified);
}

Result<void> ensure_directory(const HostWriter& writer, const HostPath& path, std::uint32_t mode) {
  TRY(const NodeImage now, writer.image(path));
  if (!now.exists) return make_directory(writer, path, mode);
  if (now.type != FileType::directory) return fail(ErrorKind::change, path.str(), "not a directory");
  return {};
}

Result<void> must_be_ours(const HostWriter& writer, const HostPath& path) {
  TRY(const NodeImage now, writer.image(path));
  if (!now.exists) return {};
  const bool ours = now.uid == 0 || now.uid == ::geteuid();
  if (now.type == FileType::directory && ours && (now.mode & 022U) == 0) return {};
  return fail(
      ErrorKind::change, path.str(),
      "others than root can write there, so nothing in it can be trusted; `chown root` and `chmod 0700` it");
}

}  // namespace

Result<Journal> Journal::open(const HostWriter& writer) {
  TRY(const HostPath home, writer.physical(HostPath(kHome)));
  std::vector<HostPath> above;
  for (HostPath at = home.parent(); !at.is_root(); at = at.parent()) above.push_back(at);
  std::reverse(above.begin(), above.end());
  for (const HostPath& directory : above) TRY_VOID(ensure_directory(writer, directory, 0755));
  TRY_VOID(ensure_directory(writer, home, 0700));
  TRY_VOID(must_be_ours(writer, home));
  TRY_VOID(ensure_directory(writer, home / "transactions", 0700));
  TRY_VOID(must_be_ours(writer, home / "transactions"));
  TRY(Descriptor lock, writer.lock(home / "lock"));
  return Journal(writer, home, std::move(lock));
}

Result<std::optional<Journal>> Journal::look(const HostWriter& writer) {
  TRY(const HostPath home, writer.physical(HostPath(kHome)));
  TRY(const NodeImage now, writer.image(home / "transactions"));
  if (!now.exists) return std::optional<Journal>();
  TRY_VOID(must_be_ours(writer, home));
  TRY_VOID(must_be_ours(writer, home / "transactions"));
  return std::optional<Journal>(Journal(writer, home, Descriptor()));
}

std::string Journal::temporary_name(const std::string& id, std::size_t number) {
  return fmt::format(".reentry-{}-{}", id, number);
}

Result<std::vector<std::string>> Journal::ids() const {
  TRY(std::vector<std::string> names, writer_->list(home_ / "transactions"));
  std::erase_if(names, [](const std::string& name) { return !is_id(name); });
  return names;
}

Result<std::string> Journal::next_id(std::int64_t now) const {
  TRY(const std::vector<std::string> names, ids());
  std::int64_t last = 0;
  for (const std::string& name : names) {
    last = std::max(last, number_of(name.substr(0, kSequenceDigits)).value_or(0));
  }
  std::string stamp = utc_timestamp(now);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  return fmt::format("{:06}-{}", last + 1, stamp);
}

Result<Kept> Journal::load(const std::string& id) const {
  Kept kept;
  kept.id = id;
  TRY_VOID(must_be_ours(*writer_, place(id)));
  TRY(const NodeImage manifest, writer_->image(place(id) / "manifest"));
  if (!manifest.exists) return kept;
  kept.manifest = manifest_of(manifest.bytes);
  kept.damaged = !kept.manifest || kept.manifest->id != id;
  if (kept.damaged) kept.manifest.reset();
  TRY(const NodeImage progress, writer_->image(place(id) / "progress"));
  kept.touched = progress.modified;
  kept.progress = progress_of(progress.bytes, kept.manifest ? kept.manifest->steps.size() : 0);
  return kept;
}

Result<void> Journal::write(const Manifest& manifest) const {
  const HostPath home = place(manifest.id);
  TRY_VOID(writer_->create_directory(home, 0700, 0, 0));
  TRY_VOID(writer_->create_directory(home / "before", 0700, 0, 0));
  for (std::size_t i = 0; i < manifest.steps.size(); ++i) {
    const KeptStep& step = manifest.steps[i];
    if (!step.before.exists || (step.kind != StepKind::edit && step.kind != StepKind::remove)) continue;
    const std::string name = fmt::format("{}", i);
    TRY_VOID(writer_->create_file(home / "before" / name, name + ".new", step.before.bytes, 0600, 0, 0));
  }
  TRY_VOID(writer_->create_file(home / "manifest", "manifest.new", to_text(manifest), 0600, 0, 0));
  return writer_->append(home / "progress", planned_record());
}

Result<std::string> Journal::before_bytes(const std::string& id, std::size_t number,
                                          const std::string& digest) const {
  const HostPath path = place(id) / "before" / fmt::format("{}", number);
  TRY(NodeImage kept, writer_->image(path));
  if (!kept.exists || kept.digest != digest) {
    return fail(ErrorKind::change, path.str(), "the bytes kept for undo are missing or damaged");
  }
  return std::move(kept.bytes);
}

Result<void> Journal::note(const std::string& id, const std::string& records) const {
  return writer_->append(place(id) / "progress", records);
}

// The manifest goes first: without it the rest is waste that the next run clears away.
Result<void> Journal::discard(const std::string& id) const {
  const HostPath home = place(id);
  const auto remove = [this](const HostPath& path) -> Result<void> {
    TRY(const NodeImage now, writer_->image(path));
    if (!now.exists) return {};
    return now.type == FileType::directory ? writer_->remove_directory(path) : writer_->remove_file(path);
  };
  TRY_VOID(remove(home / "manifest"));
  TRY(const std::vector<std::string> names, writer_->list(home));
  for (const std::string& name : names) {
    if (name != "before") {
      TRY_VOID(remove(home / name));
      continue;
    }
    TRY(const std::vector<std::string> images, writer_->list(home / name));
    for (const std::string& image : images) TRY_VOID(remove(home / name / image));
    TRY_VOID(remove(home / name));
  }
  return remove(home);
}

}  // namespace reentry
