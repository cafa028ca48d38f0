// Transactions on a target's disk: /var/lib/reentry/transactions/ID/{manifest,progress,before/N}. The format
// is docs/decisions/0004-journal.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "host/host_writer.hpp"
#include "repair/manifest.hpp"

namespace reentry {

// One transaction as it stands on the disk.
struct Kept {
  std::string id;
  std::optional<Manifest> manifest;  // nothing: it was never written whole, or is damaged
  bool damaged = false;              // a manifest is there and can't be read
  Progress progress;
  Moment touched;  // when its progress was written last
};

class Journal {
 public:
  // Makes /var/lib/reentry (0700, and the directories above it where they lack) and takes its lock until the
  // Journal goes. Fails (change) when another run holds it, when it can't be written, or when somebody else
  // than root can write there: what undo puts back must not be forged.
  [[nodiscard]] static Result<Journal> open(const HostWriter& writer);
  // To look only: no lock, nothing is made. Nothing when the target has no journal.
  [[nodiscard]] static Result<std::optional<Journal>> look(const HostWriter& writer);

  // Ids, oldest first.
  [[nodiscard]] Result<std::vector<std::string>> ids() const;
  [[nodiscard]] Result<Kept> load(const std::string& id) const;
  // `id` for a transaction made now that sorts after all others, whatever the clock says.
  [[nodiscard]] Result<std::string> next_id(std::int64_t now) const;

  // Writes before-images, manifest and the `planned` record, synced. The images carry their bytes.
  [[nodiscard]] Result<void> write(const Manifest& manifest) const;
  // The bytes of step `number` as they were before. Fails (change) when they don't match `digest`.
  [[nodiscard]] Result<std::string> before_bytes(const std::string& id, std::size_t number,
                                                 const std::string& digest) const;
  // Appends to the progress, synced.
  [[nodiscard]] Result<void> note(const std::string& id, const std::string& records) const;
  // Removes a transaction that never changed anything.
  [[nodiscard]] Result<void> discard(const std::string& id) const;

  [[nodiscard]] const HostWriter& writer() const { return *writer_; }
  // The name under which step `number` prepares a file beside its place.
  [[nodiscard]] static std::string temporary_name(const std::string& id, std::size_t number);

 private:
  Journal(const HostWriter& writer, HostPath home, Descriptor lock)
      : writer_(&writer), home_(std::move(home)), lock_(std::move(lock)) {}
  [[nodiscard]] HostPath place(const std::string& id) const { return home_ / "transactions" / id; }

  const HostWriter* writer_;
  HostPath home_;
  Descriptor lock_;
};

}  // namespace reentry
