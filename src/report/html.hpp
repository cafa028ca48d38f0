// The report as one page that stands alone: no script, no request to anywhere, safe to open and to mail.
#pragma once

#include <string>
#include <string_view>

#include "base/text.hpp"
#include "diagnosis/diagnosis.hpp"

namespace reentry {

struct HtmlOptions {
  Language language = Language::en;
  std::string target;  // what `reentry fix` needs to be told, e.g. `--root /mnt/recovery --user alice`; may
                       // be empty
};

// Everything that stands in the page as text.
[[nodiscard]] std::string escaped(std::string_view text);

// The page up to its body, without a heading.
[[nodiscard]] std::string html_head(std::string_view title, std::string_view language);

// UTF-8. Every byte from the target is escaped. The same diagnosis gives the same bytes.
[[nodiscard]] std::string render_html(const Diagnosis& diagnosis, const HtmlOptions& options);

}  // namespace reentry
