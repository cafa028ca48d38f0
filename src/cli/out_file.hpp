// A file of this machine that a command writes for its user.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "host/descriptor.hpp"

namespace reentry::cli {

// There whole or not at all: until write() what was there before stays as it was. `-` is standard output; a
// device or a FIFO is written as it is, never replaced. A symlink is followed.
class OutFile {
 public:
  // Finds out early whether it can be written. Fails (usage): no such directory, no right, a directory.
  [[nodiscard]] static Result<OutFile> open(const std::string& path);
  OutFile(OutFile&& other) noexcept;
  OutFile& operator=(OutFile&& other) = delete;
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;
  ~OutFile();

  // To be called once. Fails (usage) where the disk is full or the like.
  [[nodiscard]] Result<void> write(std::string_view text);
  [[nodiscard]] bool is_standard_output() const { return path_ == "-"; }

 private:
  OutFile() = default;
  std::string path_;       // as the user named it, for messages
  std::string place_;      // what the temporary file becomes
  std::string temporary_;  // empty: `file_` is the thing itself
  Descriptor file_;
};

// The two steps in one.
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view text);

}  // namespace reentry::cli
