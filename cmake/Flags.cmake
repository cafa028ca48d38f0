# Compiler and linker flags of every target; the presets choose among them.
add_library(reentry_flags INTERFACE)
target_compile_options(reentry_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
target_compile_definitions(reentry_flags INTERFACE REENTRY_VERSION="${PROJECT_VERSION}")
target_include_directories(reentry_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)

if(REENTRY_SANITIZE)
  target_compile_options(reentry_flags INTERFACE -fsanitize=${REENTRY_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(reentry_flags INTERFACE -fsanitize=${REENTRY_SANITIZE})
endif()
if(REENTRY_HARDENED)
  target_compile_options(reentry_flags INTERFACE -D_FORTIFY_SOURCE=2 -fstack-protector-strong
    -fstack-clash-protection -fcf-protection)
  target_link_options(reentry_flags INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()
if(REENTRY_STATIC)
  target_link_options(reentry_flags INTERFACE -static)
endif()
