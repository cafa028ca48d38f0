#include "base/time.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

TEST(Time, StampsAndDates) {
  EXPECT_EQ(utc_timestamp(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc_timestamp(1'709'210'096), "2024-02-29T12:34:56Z");
  EXPECT_EQ(utc_date(-1), "1969-12-31");
}

TEST(Time, DaysAreThoseOfShadow) {
  EXPECT_EQ(days_from_civil(1970, 1, 1), 0);
  EXPECT_EQ(days_from_civil(2000, 3, 1), 11017);
  EXPECT_EQ(days_from_civil(2038, 1, 19), 24855);
}

}  // namespace
}  // namespace reentry
