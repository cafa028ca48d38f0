// Modules that refuse when they can't write: pam_lastlog, pam_mkhomedir.
#include "login/exhibits.hpp"
#include "login/pam_modules.hpp"
#include "login/storage.hpp"

namespace reentry::pam {
namespace {

constexpr const char* kLastlog = "/var/log/lastlog";

// Whether the write of the user's record needs a block that is not there.
Writes lastlog_write(const PamQuestion& question, const PathFact& file) {
  const Facts& facts = question.input.facts;
  const Writes writes = writes_at(facts, question.input.when, file.found() ? kLastlog : "/var/log");
  if (writes != Writes::full || !file.found()) return writes;
  const auto& records = facts.system.storage.lastlog_records;
  const auto record = records.find(question.user.uid);
  if (record != records.end() && record->second) return Writes::work;
  // Beyond its last block there is certainly none; before, it may lie in a hole or in a block of others.
  constexpr std::uint64_t kRecord = 292;
  const FileSystem& system = *facts.system.storage.file_systems.at(kLastlog);
  const std::uint64_t block = system.block_size == 0 ? 4096 : system.block_size;
  const std::uint64_t end = (file.node().stat.size + block - 1) / block * block;
  return (question.user.uid + std::uint64_t{1}) * kRecord > end ? Writes::full : Writes::unknown;
}

}  // namespace

// pam_lastlog.c: last_login_open, last_login_write. In account and auth it refuses with inactive=; the
// session call refuses when it can't read, or without noupdate can't write, /var/log/lastlog.
ModuleVerdict judge_lastlog(const PamQuestion& question, const PamHandler& handler) {
  const PathFact* file = path_fact(question.input.facts, kLastlog);
  if (question.call != PamCall::open_session || file == nullptr)
    return unknown(question.call, {Why::not_asked, kLastlog, {}});
  const bool updates = !has_argument(handler, "noupdate");
  if (file->end == PathEnd::denied || file->end == PathEnd::failed)
    return unknown(question.call, file->missing());
  if (!updates && file->found()) return answers(PamCode::success);
  if (!updates) {
    return denies(PamCode::service_err, {Cause::session_pam_denies,
                                         exhibit_of(handler),
                                         {{"file", kLastlog, 0, {}}},
                                         {{"module", handler.module}, {"why", "no file"}}});
  }
  const Writes writes = lastlog_write(question, *file);
  if (writes == Writes::work) return answers(PamCode::success);
  if (writes == Writes::unknown)
    return unknown(question.call, {Why::unreadable, kLastlog, "whether there is room for a record"});
  return denies(PamCode::service_err,
                failed_write(question.input.facts, writes, "/var/log", exhibit_of(handler)));
}

// pam_mkhomedir.c, mkhomedir_helper.c: makes a home that is not there, and refuses when it can't.
ModuleVerdict judge_mkhomedir(const PamQuestion& question, const PamHandler& handler) {
  const Facts& facts = question.input.facts;
  const PathFact* home = path_fact(facts, question.user.home);
  if (home == nullptr || home->end != PathEnd::absent) return answers(PamCode::success);
  HostPath at = home->asked.parent();
  const auto& known = facts.system.storage.file_systems;
  while (!at.is_root() && known.count(at.str()) == 0) at = at.parent();
  const Writes writes = writes_at(facts, question.input.when, at.str());
  if (writes == Writes::work || writes == Writes::unknown) return answers(PamCode::success);
  return denies(PamCode::perm_denied, failed_write(facts, writes, at.str(), exhibit_of(handler)));
}

}  // namespace reentry::pam
