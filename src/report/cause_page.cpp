#include "report/cause_page.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string_view>

#include "report/canvas.hpp"

namespace reentry {
namespace {

Text words_for(Severity severity) {
  switch (severity) {
    case Severity::blocker: return say("refuses logins", "ログインを拒否する原因");
    case Severity::risk: return say("will cause trouble", "今後の障害の要因");
    case Severity::notice: return say("worth knowing", "参考情報");
  }
  return {};
}

}  // namespace

std::string render_cause_page(const Check& check, const PageOptions& options) {
  Canvas canvas(options.language, options.color, options.utf8, options.width);
  canvas.line(canvas.inked(
      std::string(id_of(check.cause)) + "  (" + canvas.in(words_for(check.severity)) + ")", Ink::faint));
  canvas.paragraph(check.title.text(), 0, {}, 0, Ink::bold);
  canvas.blank();
  canvas.paragraph(check.why.text(), 2);
  canvas.blank();
  canvas.paragraph(say("What to do", "対処"), 0, {}, 0, Ink::bold);
  canvas.paragraph(check.remedy.text(), 2);
  return canvas.take();
}

std::string render_cause_list(std::span<const Check* const> checks, const PageOptions& options) {
  Canvas canvas(options.language, options.color, options.utf8, options.width);
  std::string_view stage;
  for (const Check* check : checks) {
    const std::string_view own = name_of(stage_of(check->cause));
    if (own != stage) {
      if (!stage.empty()) canvas.blank();
      canvas.line(canvas.inked(own, Ink::bold));
      stage = own;
    }
    canvas.line(id_of(check->cause), 2);
    canvas.paragraph(check->title.text(), 6, {}, 0, Ink::faint);
  }
  return canvas.take();
}

std::string render_causes_json(std::span<const Check* const> checks, Language language) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  const auto field = [&writer](std::string_view name, std::string_view value) {
    writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  };
  writer.StartArray();
  for (const Check* check : checks) {
    const auto in = [language](const Words& words) { return language == Language::ja ? words.ja : words.en; };
    writer.StartObject();
    field("cause", id_of(check->cause));
    field("stage", name_of(stage_of(check->cause)));
    field("severity", name_of(check->severity));
    field("title", in(check->title));
    field("why", in(check->why));
    field("remedy", in(check->remedy));
    writer.EndObject();
  }
  writer.EndArray();
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace reentry
