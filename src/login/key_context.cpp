#include "login/key_context.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "facts/pattern.hpp"

namespace reentry {
namespace {

template <typename T>
void append(std::vector<T>& to, std::vector<T> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// A list with something in it that only a reverse-resolved name could match.
bool names_hosts(std::string_view list) {
  return std::any_of(list.begin(), list.end(),
                     [](char c) { return (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z'); });
}

}  // namespace

void KeyOutcome::add(KeyOutcome other) {
  append(obstacles, std::move(other.obstacles));
  append(unknown, std::move(other.unknown));
  if (!accepted) accepted = std::move(other.accepted);
}

std::optional<KeyContext> key_context(const GateInput& input) {
  const PasswdEntry* user = input.facts.accounts.user(input.question.user);
  if (user == nullptr) return std::nullopt;
  const FileFact* home = input.facts.paths.find(HostPath(user->home));
  return KeyContext{input, *user, input.facts.accounts.actor(*user), home == nullptr ? nullptr : &home->path};
}

Missing missing_fact(const FileFact* fact, const HostPath& path) {
  if (fact == nullptr) return {Why::not_asked, path.str(), ""};
  if (!fact->path.found()) return fact->path.missing();
  return fact->bytes ? Missing{Why::not_asked, path.str(), ""} : fact->bytes.missing();
}

void judge_from(const KeyContext& context, const std::string& list, const Exhibit& at, KeyOutcome& out) {
  if (list == "*") return;
  const std::optional<std::string>& address = context.input.question.from;
  if (!address) {
    out.unknown.push_back(
        {Why::not_asked, at.path, "from=\"" + list + "\": the client's address was not given"});
    return;
  }
  const ListMatch match = match_host_and_ip(*address, *address, list);
  if (match == ListMatch::yes) return;
  if (match == ListMatch::no && context.input.startup.yes("usedns") && names_hosts(list)) {
    out.unknown.push_back({Why::offline, at.path, "from=\"" + list + "\": needs the client's name from DNS"});
    return;
  }
  Obstacle obstacle;
  obstacle.cause = Cause::auth_key_from_excludes;
  obstacle.at = at;
  obstacle.details = {{"from", list}, {"address", *address}};
  if (match == ListMatch::malformed) obstacle.details.emplace_back("reason", "malformed");
  out.obstacles.push_back(std::move(obstacle));
}

void judge_options(const KeyContext& context, const KeyOptions& options, bool ca_line, const Exhibit& at,
                   KeyOutcome& out) {
  if (options.expiry) {
    const Expired expired = context.facts().now == 0 ? Expired::unknown
                                                     : is_expired(*options.expiry, context.facts().now,
                                                                  context.facts().pam.utc_offset);
    if (expired == Expired::unknown) {
      out.unknown.push_back(
          {Why::not_asked, at.path, "expiry-time=\"" + options.expiry->text + "\": the time zone"});
    } else if (expired == Expired::yes) {
      Obstacle obstacle;
      obstacle.cause = Cause::auth_key_expired;
      obstacle.at = at;
      obstacle.details = {{"expiry", options.expiry->text}};
      out.obstacles.push_back(std::move(obstacle));
    }
  }
  if (options.principals && !options.cert_authority) {
    Obstacle obstacle;
    obstacle.cause = Cause::auth_key_option_invalid;
    obstacle.at = at;
    obstacle.details = {{"error", "principals on non-CA key"}, {"option", "principals"}};
    out.obstacles.push_back(std::move(obstacle));
  }
  if (options.cert_authority && !ca_line) {
    Obstacle obstacle;
    obstacle.cause = Cause::auth_key_option_invalid;
    obstacle.at = at;
    obstacle.details = {{"error", "cert-authority flag invalid here"}, {"option", "cert-authority"}};
    out.obstacles.push_back(std::move(obstacle));
  }
  if (options.from) judge_from(context, *options.from, at, out);
}

}  // namespace reentry
