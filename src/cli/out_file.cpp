#include "cli/out_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "cli/target.hpp"

namespace reentry::cli {
namespace {

tl::unexpected<Error> cannot_write(const std::string& path, int error) {
  return fail(ErrorKind::usage, path, std::strerror(error));  // NOLINT(concurrency-mt-unsafe): one thread
}

// Where `path` leads, symlinks followed; itself where nothing is there yet.
std::string real_place(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  return real ? std::string(real.get()) : path;
}

}  // namespace

Result<OutFile> OutFile::open(const std::string& path) {
  OutFile out;
  out.path_ = path;
  if (path == "-") return out;
  out.place_ = real_place(path);
  struct stat raw {};
  const bool there = ::stat(out.place_.c_str(), &raw) == 0;
  if (there && S_ISDIR(raw.st_mode)) return cannot_write(path, EISDIR);
  if (there && !S_ISREG(raw.st_mode)) {
    out.file_ = Descriptor(::open(out.place_.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
    if (!out.file_.valid()) return cannot_write(path, errno);
    return out;
  }
  out.temporary_ = out.place_ + ".XXXXXX";
  out.file_ = Descriptor(::mkostemp(out.temporary_.data(), O_CLOEXEC));
  if (!out.file_.valid()) {
    out.temporary_.clear();
    return cannot_write(path, errno);
  }
  if (there && ::fchmod(out.file_.get(), raw.st_mode & 0777U) != 0) return cannot_write(path, errno);
  return out;
}

OutFile::OutFile(OutFile&& other) noexcept
    : path_(std::move(other.path_)),
      place_(std::move(other.place_)),
      temporary_(std::exchange(other.temporary_, {})),
      file_(std::move(other.file_)) {}

OutFile::~OutFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> OutFile::write(std::string_view text) {
  if (is_standard_output()) return write_out(text);
  while (!text.empty()) {
    const ssize_t n = ::write(file_.get(), text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return cannot_write(path_, errno);
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  if (temporary_.empty()) return {};
  if (::fsync(file_.get()) != 0 || ::rename(temporary_.c_str(), place_.c_str()) != 0)
    return cannot_write(path_, errno);
  temporary_.clear();
  return {};
}

Result<void> write_file(const std::string& path, std::string_view text) {
  TRY(OutFile file, OutFile::open(path));
  return file.write(text);
}

}  // namespace reentry::cli
