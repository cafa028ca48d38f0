#include "host/saved_system.hpp"

#include <utility>

namespace reentry {

using namespace saved_json;

namespace {

constexpr std::array<std::string_view, 5> kEnds = {"greeted", "refused", "closed", "silent", "unreached"};

void flag(SavedWriter& out, const char* name, bool value) {
  out.Key(name);
  out.Bool(value);
}

void integer(SavedWriter& out, const char* name, std::int64_t value) {
  out.Key(name);
  out.Int64(value);
}

void write_words(SavedWriter& out, const char* name, const std::vector<std::string>& words) {
  out.Key(name);
  out.StartArray();
  for (const std::string& word : words) text(out, base64(word));
  out.EndArray();
}

void write_answers(SavedWriter& out, const SystemAnswers& system) {
  out.Key("answers");
  out.StartArray();
  for (const auto& entry : system.answers) {
    out.StartObject();
    write_words(out, "asked", entry.first);
    if (entry.second) {
      integer(out, "status", entry.second->status);
      field(out, "out", base64(entry.second->out));
      field(out, "complaint", base64(entry.second->complaint));
    } else {
      missing(out, entry.second.missing());
    }
    out.EndObject();
  }
  out.EndArray();
}

void write_socket(SavedWriter& out, const ListeningSocket& socket) {
  out.StartObject();
  field(out, "address", base64(socket.address));
  integer(out, "port", socket.port);
  flag(out, "v6", socket.v6);
  flag(out, "v6_only", socket.v6_only);
  out.Key("owners");
  out.StartArray();
  for (const SocketOwner& owner : socket.owners) {
    out.StartObject();
    integer(out, "pid", owner.pid);
    field(out, "program", base64(owner.program));
    flag(out, "deleted", owner.deleted);
    flag(out, "foreign", owner.foreign);
    field(out, "title", base64(owner.title));
    integer(out, "started", owner.started);
    write_words(out, "lost_libraries", owner.lost_libraries);
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
}

void write_sockets(SavedWriter& out, const SystemAnswers& system) {
  out.Key("sockets");
  out.StartObject();
  if (system.sockets) {
    out.Key("listening");
    out.StartArray();
    for (const ListeningSocket& socket : *system.sockets) write_socket(out, socket);
    out.EndArray();
  } else {
    missing(out, system.sockets.missing());
  }
  out.EndObject();
}

void write_greetings(SavedWriter& out, const SystemAnswers& system) {
  out.Key("greetings");
  out.StartArray();
  for (const auto& entry : system.greetings) {
    out.StartObject();
    field(out, "address", base64(entry.first.first));
    integer(out, "port", entry.first.second);
    if (entry.second) {
      field(out, "end", word(kEnds, entry.second->end));
      field(out, "said", base64(entry.second->said));
    } else {
      missing(out, entry.second.missing());
    }
    out.EndObject();
  }
  out.EndArray();
}

bool flag_of(const SavedValue& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsBool() && found->value.GetBool();
}

// Calls `take` with each object of the list `name`.
template <typename Take>
void for_each_object(const SavedValue& object, const char* name, Take take) {
  const auto found = object.FindMember(name);
  if (found == object.MemberEnd() || !found->value.IsArray()) return;
  for (const SavedValue& entry : found->value.GetArray()) {
    if (entry.IsObject()) take(entry);
  }
}

std::vector<std::string> words_of(const SavedValue& object, const char* name) {
  std::vector<std::string> out;
  const auto found = object.FindMember(name);
  if (found == object.MemberEnd() || !found->value.IsArray()) return out;
  for (const SavedValue& entry : found->value.GetArray()) {
    if (entry.IsString())
      out.push_back(from_base64({entry.GetString(), entry.GetStringLength()}).value_or(std::string()));
  }
  return out;
}

ListeningSocket socket_of(const SavedValue& object) {
  ListeningSocket socket;
  socket.address = decoded(object, "address");
  socket.port = number_of<int>(object, "port");
  socket.v6 = flag_of(object, "v6");
  socket.v6_only = flag_of(object, "v6_only");
  for_each_object(object, "owners", [&socket](const SavedValue& value) {
    SocketOwner owner;
    owner.pid = number_of<int>(value, "pid");
    owner.program = decoded(value, "program");
    owner.deleted = flag_of(value, "deleted");
    owner.foreign = flag_of(value, "foreign");
    owner.title = decoded(value, "title");
    owner.started = number_of<std::int64_t>(value, "started");
    owner.lost_libraries = words_of(value, "lost_libraries");
    socket.owners.push_back(std::move(owner));
  });
  return socket;
}

Known<std::vector<ListeningSocket>> sockets_of(const SavedValue& object) {
  if (!object.HasMember("listening")) return missing_of(object, "the listening sockets");
  std::vector<ListeningSocket> out;
  for_each_object(object, "listening", [&out](const SavedValue& value) { out.push_back(socket_of(value)); });
  return out;
}

}  // namespace

void write_system(SavedWriter& out, const SystemAnswers& system) {
  if (!system.runs && system.answers.empty()) return;
  out.Key("system");
  out.StartObject();
  flag(out, "runs", system.runs);
  flag(out, "privileged", system.privileged);
  write_answers(out, system);
  write_sockets(out, system);
  write_greetings(out, system);
  out.EndObject();
}

SystemAnswers read_system(const SavedValue& value) {
  SystemAnswers out;
  if (!value.IsObject()) return out;
  out.runs = flag_of(value, "runs");
  out.privileged = flag_of(value, "privileged");
  for_each_object(value, "answers", [&out](const SavedValue& entry) {
    const std::vector<std::string> asked = words_of(entry, "asked");
    if (asked.empty()) return;
    if (entry.HasMember("missing")) {
      out.answers[asked] = missing_of(entry, asked.front());
    } else {
      out.answers[asked] =
          SystemAnswer{number_of<int>(entry, "status"), decoded(entry, "out"), decoded(entry, "complaint")};
    }
  });
  const auto sockets = value.FindMember("sockets");
  if (sockets != value.MemberEnd() && sockets->value.IsObject()) out.sockets = sockets_of(sockets->value);
  for_each_object(value, "greetings", [&out](const SavedValue& entry) {
    const std::pair<std::string, int> to{decoded(entry, "address"), number_of<int>(entry, "port")};
    if (entry.HasMember("missing")) {
      out.greetings[to] = missing_of(entry, to.first);
    } else {
      out.greetings[to] = Greeting{from_word(kEnds, string_of(entry, "end"), Greeting::End::unreached),
                                   decoded(entry, "said")};
    }
  });
  return out;
}

}  // namespace reentry
