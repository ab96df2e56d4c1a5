# One interface target carries standard, warnings and include root; everything of ours links it.
add_library(tael_build INTERFACE)
target_compile_features(tael_build INTERFACE cxx_std_20)
target_include_directories(tael_build INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(tael_build INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wswitch-enum)

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # GCC 12's own std::stable_sort uses what C++17 deprecates, and clang blames us for it.
  target_compile_options(tael_build INTERFACE -Wno-deprecated-declarations)
endif()

option(TAEL_WERROR "Warnings are errors" ON)
if(TAEL_WERROR)
  target_compile_options(tael_build INTERFACE -Werror)
endif()

set(TAEL_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined or thread")
if(TAEL_SANITIZE)
  # CAF 0.17.6's own headers bind null references in init_fun_factory.hpp, hence no-sanitize=null.
  target_compile_options(tael_build INTERFACE -fsanitize=${TAEL_SANITIZE} -fno-sanitize=null -fno-omit-frame-pointer)
  target_link_options(tael_build INTERFACE -fsanitize=${TAEL_SANITIZE})
endif()

# tael_library(NAME SOURCES ... LINKS ...): a static library of ours.
function(tael_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRECOMPILE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC tael_build ${arg_LINKS})
  if(arg_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE ${arg_PRECOMPILE})
  endif()
endfunction()
