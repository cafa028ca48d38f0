#include "base/time.hpp"

#include <fmt/format.h>

#include <chrono>

namespace reentry {
namespace {

std::chrono::year_month_day date_of(std::int64_t seconds) {
  return std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds)));
}

}  // namespace

std::string utc_date(std::int64_t seconds) {
  const auto date = date_of(seconds);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string utc_timestamp(std::int64_t seconds) {
  const std::int64_t in_day = ((seconds % kSecondsPerDay) + kSecondsPerDay) % kSecondsPerDay;
  return fmt::format("{}T{:02}:{:02}:{:02}Z", utc_date(seconds), in_day / 3600, in_day / 60 % 60,
                     in_day % 60);
}

std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                         std::chrono::day(day)};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

}  // namespace reentry
