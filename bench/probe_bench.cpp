// The probe on the clock: `probe_bench one ADDRESS PORT USER KEY.pub...` asks one host and tells when it knew
// what; `probe_bench many ADDRESS PORT COUNT` takes COUNT addresses from ADDRESS on up to their KEXINIT;
// `probe_bench serve PORT` is a light responder for it, which says an identification and a KEXINIT.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "facts/key_algorithms.hpp"
#include "facts/public_key.hpp"
#include "probe/packets.hpp"
#include "probe/probe_loop.hpp"
#include "probe/transport.hpp"

namespace {

using namespace reentry;

sockaddr_in address_of(const std::string& text, int port, std::uint32_t offset = 0) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, text.c_str(), &out.sin_addr);
  out.sin_addr.s_addr = htonl(ntohl(out.sin_addr.s_addr) + offset);
  return out;
}

probe::ProbeJob job_for(const sockaddr_in& address, std::shared_ptr<const probe::ProbePlan> plan) {
  probe::ProbeJob job;
  job.plan = std::move(plan);
  std::copy_n(reinterpret_cast<const char*>(&address), sizeof address, reinterpret_cast<char*>(&job.address));
  job.address_size = sizeof address;
  if (const char* segment = std::getenv("SEGMENT")) job.segment = std::atoi(segment);
  return job;
}

std::string at(const std::optional<ProbeMoment>& moment) {
  return moment ? fmt::format("{:.1f} ms ({} round trips)", static_cast<double>(moment->microseconds) / 1000,
                              moment->round_trips)
                : "-";
}

int one(const std::vector<std::string>& words) {
  auto plan = std::make_shared<probe::ProbePlan>();
  plan->goal = probe::ProbeGoal::keys;
  plan->user = words.at(2);
  plan->most_refusals = 6;
  plan->pipelining = std::getenv("LOCKSTEP") == nullptr;
  for (std::size_t i = 3; i < words.size(); ++i) {
    std::ifstream in(words[i]);
    std::ostringstream text;
    text << in.rdbuf();
    std::string why;
    if (const auto key = key_from_any_file(text.str(), why))
      plan->keys.push_back({key->blob, client_algorithms(*key)});
  }
  const auto reply = probe::run_probe(job_for(address_of(words.at(0), std::atoi(words.at(1).c_str())), plan));
  if (!reply) return 1;
  fmt::print("connected {}\noffer     {}\nhost key  {}\nnew keys  {}\nservice   {}\nmethods   {}: {}\n",
             at(reply->connected), at(reply->kex.offered), at(reply->host_key.seen), at(reply->kex.finished),
             at(reply->auth.service_accepted), at(reply->auth.methods_known),
             fmt::join(reply->auth.methods, ","));
  for (const KeyReply& key : reply->auth.keys)
    fmt::print("key       {}: {}\n", at(key.when),
               key.answer == KeyAnswer::accepted ? "accepted" : "refused");
  fmt::print("end {} at {:.1f} ms\n", static_cast<int>(reply->end),
             static_cast<double>(reply->ended.microseconds) / 1000);
  return 0;
}

int many(const std::vector<std::string>& words) {
  auto plan = std::make_shared<probe::ProbePlan>();
  plan->goal = probe::ProbeGoal::kex_init;
  const auto count = static_cast<std::uint32_t>(std::atoi(words.at(2).c_str()));
  std::uint32_t next = 0;
  std::map<int, int> ends;
  const auto begin = std::chrono::steady_clock::now();
  const auto ran = probe::run_probes(
      [&]() -> std::optional<probe::ProbeJob> {
        if (next == count) return std::nullopt;
        return job_for(address_of(words.at(0), std::atoi(words.at(1).c_str()), next++), plan);
      },
      [&](std::size_t, const ProbeReply& reply) { ++ends[static_cast<int>(reply.end)]; },
      {static_cast<std::size_t>(std::getenv("AT_ONCE") != nullptr ? std::atoi(std::getenv("AT_ONCE"))
                                                                  : 1024)});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  fmt::print("{} hosts in {:.3f} s: {:.0f} a second, {} KiB, cpu {:.1f} us a host; ends {}\n", count, seconds,
             count / seconds, used.ru_maxrss,
             static_cast<double>(used.ru_utime.tv_sec * 1'000'000 + used.ru_utime.tv_usec +
                                 used.ru_stime.tv_sec * 1'000'000 + used.ru_stime.tv_usec) /
                 count,
             ends);
  return ran ? 0 : 1;
}

// Says its piece to everybody who connects, and hangs up when they do.
int serve(int port) {
  probe::ProbePlan plan;
  std::string piece = "SSH-2.0-OpenSSH_9.2p1 bench\r\n";
  probe::PacketWriter writer(probe::openssl_random());
  if (!writer.put(write_kex_init(probe::own_offer(plan), std::string(16, 'c')), piece)) return 1;
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const sockaddr_in address = address_of("0.0.0.0", port);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, 4096) != 0)
    return 1;
  const int queue = ::epoll_create1(0);
  epoll_event event{EPOLLIN, {.fd = listener}};
  ::epoll_ctl(queue, EPOLL_CTL_ADD, listener, &event);
  std::array<epoll_event, 256> events{};
  std::array<char, 4096> buffer{};
  for (;;) {
    const int count = ::epoll_wait(queue, events.data(), 256, -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd != listener) {
        if (::recv(fd, buffer.data(), buffer.size(), 0) <= 0) ::close(fd);
        continue;
      }
      for (int peer = 0; (peer = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
        (void)!::send(peer, piece.data(), piece.size(), MSG_NOSIGNAL);
        epoll_event watch{EPOLLIN, {.fd = peer}};
        ::epoll_ctl(queue, EPOLL_CTL_ADD, peer, &watch);
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + std::min(argc, 2), argv + argc);
  const std::string verb = argc > 1 ? argv[1] : "";
  if (verb == "one" && words.size() >= 3) return one(words);
  if (verb == "many" && words.size() == 3) return many(words);
  if (verb == "serve" && words.size() == 1) return serve(std::atoi(words[0].c_str()));
  fmt::print(stderr, "usage: probe_bench one ADDRESS PORT USER KEY...|many ADDRESS PORT COUNT|serve PORT\n");
  return 2;
}
