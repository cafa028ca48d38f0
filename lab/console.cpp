#include "lab/console.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <string_view>

namespace reentry::lab {

Console open_console() {
  Console console;
  console.ours = Fd(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  std::array<char, 64> name{};
  if (!console.ours || grantpt(console.ours.get()) != 0 || unlockpt(console.ours.get()) != 0 ||
      ptsname_r(console.ours.get(), name.data(), name.size()) != 0) {
    return {};
  }
  console.kept_open = Fd(open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (console.kept_open) console.path = name.data();
  return console;
}

void drain(Console& console, const std::string& log) {
  const Fd file(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; (count = read(console.ours.get(), buffer.data(), buffer.size())) > 0;) {
    if (file) write_all(file.get(), std::string_view(buffer.data(), static_cast<size_t>(count)));
  }
}

}  // namespace reentry::lab
