# What nearly every file includes, read once for a whole library: it halves the time of a build.
function(reentry_common_headers target)
  target_precompile_headers(${target} PRIVATE <fmt/format.h> <tl/expected.hpp> <algorithm> <cstdint> <optional>
    <string> <string_view> <unordered_map> <utility> <variant> <vector>)
endfunction()

# Where several files are compiled as one (CMAKE_UNITY_BUILD), the `tell` of each check has to stay its own.
function(reentry_join_checks target)
  set_target_properties(${target} PROPERTIES
    UNITY_BUILD_UNIQUE_ID REENTRY_FILE
    UNITY_BUILD_CODE_BEFORE_INCLUDE "#define REENTRY_PASTE(a, b) a##_##b
#define REENTRY_OWN(a, b) REENTRY_PASTE(a, b)
#define tell REENTRY_OWN(tell, REENTRY_FILE)"
    UNITY_BUILD_CODE_AFTER_INCLUDE "#undef REENTRY_PASTE
#undef REENTRY_OWN
#undef tell")
endfunction()

# A room is a folder of src/: one static library that may use the rooms named after MAY_USE and no others.
# tests/house/rooms_test.py holds the #includes of every file against the same table.
function(reentry_room name)
  cmake_parse_arguments(ARG "" "" "MAY_USE;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp
       ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  set(scope PUBLIC)
  if(sources)
    add_library(reentry_${name} STATIC ${sources})
    reentry_common_headers(reentry_${name})
  else()
    add_library(reentry_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(reentry_${name} ${scope} reentry_flags ${ARG_LIBRARIES})
  foreach(room IN LISTS ARG_MAY_USE)
    target_link_libraries(reentry_${name} ${scope} reentry_${room})
  endforeach()
endfunction()

# The unit tests of a room stand beside the code they test, as STEM_test.cpp.
function(reentry_room_tests name)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*_test.cpp
       ${PROJECT_SOURCE_DIR}/src/${name}/*/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  set_target_properties(${name}_test PROPERTIES UNITY_BUILD OFF)
  target_link_libraries(${name}_test PRIVATE reentry_${name} reentry_testing GTest::gtest GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name}_test PRIVATE <gtest/gtest.h> <gmock/gmock.h> <string> <vector>)
  gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60)
endfunction()
