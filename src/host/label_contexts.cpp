// What label a path should have: libselinux over copies of the target's files.
#include <selinux/label.h>
#include <selinux/selinux.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "host/label_parts.hpp"

namespace reentry {
namespace {

int say_nothing(int, const char*, ...) {  // NOLINT(cert-dcl50-cpp): libselinux's own form of a callback
  return 0;
}

bool write_file(const std::string& path, const std::string& bytes) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "we"), std::fclose);
  return file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
}

int mode_of(FileType type) {
  switch (type) {
    case FileType::regular: return S_IFREG;
    case FileType::directory: return S_IFDIR;
    case FileType::symlink: return S_IFLNK;
    case FileType::fifo: return S_IFIFO;
    case FileType::socket: return S_IFSOCK;
    case FileType::char_device: return S_IFCHR;
    case FileType::block_device: return S_IFBLK;
    case FileType::unknown: return 0;
  }
  return 0;
}

// Whether one of the lines is this word.
bool has_line(const std::string& text, std::string_view word) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (!word.empty() && rest.substr(0, end) == word) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

// restorecon without -F (libselinux selinux_restorecon.c:restorecon_sb): a type that administrators choose
// stays, and of another only the type is changed.
std::string mended_label(const std::string& label, const std::string& expected, const ContextFiles& files) {
  if (expected.empty()) return label;
  const std::string_view now = type_of_label(label);
  const std::string_view then = type_of_label(expected);
  if (now.empty()) return expected;
  if (now == then || has_line(files.customizable, now)) return label;
  const auto begin = static_cast<std::size_t>(now.data() - label.data());
  return label.substr(0, begin) + std::string(then) + label.substr(begin + now.size());
}

class Contexts {
 public:
  explicit Contexts(const std::string& file) {
    selinux_opt option{};
    option.type = SELABEL_OPT_PATH;
    option.value = file.c_str();
    handle_ = ::selabel_open(SELABEL_CTX_FILE, &option, 1);
  }
  Contexts(const Contexts&) = delete;
  Contexts& operator=(const Contexts&) = delete;
  ~Contexts() {
    if (handle_ != nullptr) ::selabel_close(handle_);
  }
  [[nodiscard]] bool open() const { return handle_ != nullptr; }

  [[nodiscard]] Known<std::string> at(const HostPath& path, FileType type) const {
    char* found = nullptr;
    if (::selabel_lookup_raw(handle_, &found, path.str().c_str(), mode_of(type)) != 0) {
      if (errno == ENOENT) return std::string();
      return Missing{Why::malformed, path.str(), "file_contexts give it no usable label"};
    }
    std::string label(found);
    ::freecon(found);
    return label;
  }

 private:
  selabel_handle* handle_ = nullptr;
};

}  // namespace

std::string expect_labels(const ContextFiles& contexts, const std::string& directory,
                          std::vector<LabelFact>& nodes, DomainLabels& domains) {
  selinux_callback quiet{};
  quiet.func_log = say_nothing;
  ::selinux_set_callback(SELINUX_CB_LOG, quiet);
  const std::string file = directory + "/file_contexts";
  const bool written = write_file(file, contexts.main) &&
                       (contexts.homedirs.empty() || write_file(file + ".homedirs", contexts.homedirs)) &&
                       (contexts.local.empty() || write_file(file + ".local", contexts.local)) &&
                       (contexts.subs.empty() || write_file(file + ".subs", contexts.subs)) &&
                       (contexts.subs_dist.empty() || write_file(file + ".subs_dist", contexts.subs_dist));
  if (!written) return "no room for copies of the target's file_contexts";
  const Contexts by(file);
  if (!by.open()) return "libselinux can't read the target's file_contexts";
  for (LabelFact& node : nodes) {
    node.expected = by.at(node.question.path, node.question.type);
    if (!node.label) continue;
    node.mended = node.expected ? mended_label(*node.label, *node.expected, contexts) : *node.label;
  }
  for (auto* domain : {&domains.sshd, &domains.session, &domains.password}) {
    const HostPath& path = domain == &domains.sshd      ? domains.sshd_path
                           : domain == &domains.session ? domains.session_path
                                                        : domains.password_path;
    if (!*domain) continue;
    const Known<std::string> expected = by.at(path, FileType::regular);
    if (expected) *domain = mended_label(**domain, *expected, contexts);
  }
  return {};
}

}  // namespace reentry
