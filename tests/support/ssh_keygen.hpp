// Keys for tests, made by the real ssh-keygen in a folder that goes when the object goes.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace reentry::testing {

struct Said {
  int status = -1;
  std::string out;  // both outputs
};

class SshKeygen {
 public:
  SshKeygen() {
    std::string name = (std::filesystem::temp_directory_path() / "reentry-keys-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) folder_ = name;
  }
  ~SshKeygen() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  SshKeygen(const SshKeygen&) = delete;
  SshKeygen& operator=(const SshKeygen&) = delete;

  // False where there is no ssh-keygen: the tests that need it skip.
  [[nodiscard]] static bool there() { return std::system("command -v ssh-keygen >/dev/null 2>&1") == 0; }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }

  // ssh-keygen -q with these arguments, in the folder.
  Said run(const std::string& arguments) const { return shell("ssh-keygen -q " + arguments); }
  Said shell(const std::string& command) const {
    Said said;
    FILE* pipe = popen(("cd '" + folder_ + "' && " + command + " 2>&1 </dev/null").c_str(), "r");
    if (pipe == nullptr) return said;
    std::array<char, 4096> buffer{};
    std::size_t count = 0;
    while ((count = fread(buffer.data(), 1, buffer.size(), pipe)) > 0) said.out.append(buffer.data(), count);
    const int status = pclose(pipe);
    said.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    return said;
  }
  // A new pair NAME, NAME.pub without a passphrase.
  [[nodiscard]] bool make(const std::string& name, const std::string& type_and_bits,
                          const std::string& more = "-N ''") const {
    return run("-t " + type_and_bits + " " + more + " -C 'comment of " + name + "' -f " + name).status == 0;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream out(path(name), std::ios::binary);
    out << bytes;
    out.close();
    std::filesystem::permissions(path(name),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  // The public line without its newline.
  [[nodiscard]] std::string line(const std::string& name) const {
    std::string text = read(name + ".pub");
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }
  // Word 2 of `ssh-keygen -l`: the fingerprint; empty when ssh-keygen takes the file for no key.
  [[nodiscard]] std::string fingerprint(const std::string& name) const {
    const Said said = run("-l -f " + name);
    if (said.status != 0) return {};
    std::istringstream words(said.out);
    std::string bits;
    std::string fingerprint;
    words >> bits >> fingerprint;
    return fingerprint;
  }

 private:
  std::string folder_;
};

}  // namespace reentry::testing
