// Points in time as the facts give them: seconds since 1970-01-01 UTC, days for shadow(5).
#pragma once

#include <cstdint>
#include <string>

namespace reentry {

constexpr std::int64_t kSecondsPerDay = 86400;

// `2026-11-21T02:11:31Z`.
[[nodiscard]] std::string utc_timestamp(std::int64_t seconds);
// `2026-11-21`.
[[nodiscard]] std::string utc_date(std::int64_t seconds);
// Days since 1970-01-01 of a proleptic Gregorian date; month 1-12, day 1-31 are not checked.
[[nodiscard]] std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day);

}  // namespace reentry
