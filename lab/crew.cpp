#include "lab/crew.hpp"

#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include "lab/posix.hpp"

namespace reentry::lab {
namespace {

// The next number that nobody has taken yet, in memory that the children share.
class Queue {
 public:
  Queue()
      : memory_(mmap(nullptr, sizeof(std::atomic<size_t>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                     -1, 0)) {
    if (memory_ != MAP_FAILED) next_ = new (memory_) std::atomic<size_t>(0);
  }
  ~Queue() {
    if (memory_ != MAP_FAILED) munmap(memory_, sizeof(std::atomic<size_t>));
  }
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  explicit operator bool() const { return next_ != nullptr; }
  [[nodiscard]] size_t take() const { return next_->fetch_add(1); }

 private:
  void* memory_;
  std::atomic<size_t>* next_ = nullptr;
};

// What stands before each answer on its way to the parent.
struct Header {
  size_t number;
  size_t length;
};

struct Worker {
  pid_t pid = -1;
  Fd answers;
  std::string unread;
};

[[noreturn]] void be_worker(size_t count, const Queue& queue, int answers,
                            const std::function<std::string(size_t)>& work) {
  for (size_t number = queue.take(); number < count; number = queue.take()) {
    const auto answer = work(number);
    const Header header{number, answer.size()};
    std::string message(sizeof header, '\0');
    std::memcpy(message.data(), &header, sizeof header);
    write_all(answers, message + answer);
  }
  std::fflush(stdout);
  _exit(0);
}

Worker start_worker(size_t count, const Queue& queue, const std::function<std::string(size_t)>& work) {
  auto pipe = make_pipe();
  if (!pipe) return {};
  const pid_t pid = fork();
  if (pid < 0) return {};
  if (pid == 0) be_worker(count, queue, pipe->write.get(), work);
  return {pid, std::move(pipe->read), {}};
}

// Hands on the answers that are there whole. Gives their number.
size_t tell_whole_answers(std::string& unread, const std::function<void(size_t, std::string)>& told) {
  size_t came = 0;
  size_t at = 0;
  Header header{};
  while (unread.size() - at >= sizeof header) {
    std::memcpy(&header, unread.data() + at, sizeof header);
    if (unread.size() - at - sizeof header < header.length) break;
    told(header.number, unread.substr(at + sizeof header, header.length));
    at += sizeof header + header.length;
    ++came;
  }
  unread.erase(0, at);
  return came;
}

// False at the end of the worker's answers.
bool read_more(Worker& worker) {
  std::array<char, 65536> buffer{};
  const auto count = read(worker.answers.get(), buffer.data(), buffer.size());
  if (count > 0) worker.unread.append(buffer.data(), static_cast<size_t>(count));
  return count > 0 || (count < 0 && errno == EINTR);
}

}  // namespace

size_t share_out(size_t count, unsigned jobs, const std::function<std::string(size_t)>& work,
                 const std::function<void(size_t, std::string)>& told) {
  const Queue queue;
  if (!queue) return 0;
  std::fflush(stdout);
  std::vector<Worker> workers;
  for (unsigned i = 0; i < jobs && i < count; ++i) workers.push_back(start_worker(count, queue, work));
  size_t came = 0;
  std::vector<pollfd> files(workers.size());
  while (true) {
    bool any = false;
    for (size_t i = 0; i < workers.size(); ++i) {
      files[i] = {workers[i].answers.get(), POLLIN, 0};
      any = any || workers[i].answers;
    }
    if (!any) break;
    if (poll(files.data(), files.size(), -1) < 0) continue;
    for (size_t i = 0; i < workers.size(); ++i) {
      if (files[i].revents == 0) continue;
      if (!read_more(workers[i])) workers[i].answers.reset();
      came += tell_whole_answers(workers[i].unread, told);
    }
  }
  for (const auto& worker : workers) {
    if (worker.pid > 0) wait_for(worker.pid);
  }
  return came;
}

}  // namespace reentry::lab
