#include <cstdio>
#include <exception>

#include "cli/options.hpp"

// Libraries may throw; nothing of ours does. What reaches this place is said in one line.
int main(int argc, char** argv) {
  try {
    return reentry::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "reentry: internal error: %s\n", error.what());
    return 3;
  }
}
