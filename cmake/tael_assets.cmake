# tael_assets(TARGET NAMESPACE FILE...): puts files into a library as `std::span<const tael::Asset> NAMESPACE()`.
# Made at build time, so touching a style sheet rebuilds one small object file. Run with -P it is its own generator.
if(CMAKE_SCRIPT_MODE_FILE)
  set(rows "")
  set(arrays "")
  set(index 0)
  foreach(file IN LISTS FILES)
    get_filename_component(name "${file}" NAME)
    get_filename_component(extension "${file}" LAST_EXT)
    set(type_.css "text/css; charset=utf-8")
    set(type_.js "text/javascript; charset=utf-8")
    set(type_.svg "image/svg+xml")
    file(READ "${file}" bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
    string(REPLACE "'\\x0a'," "'\\x0a',\n" bytes "${bytes}")
    string(APPEND arrays "constexpr char file_${index}[] = {\n${bytes}};\n")
    string(APPEND rows "    {\"${name}\", \"${type_${extension}}\", {file_${index}, sizeof file_${index}}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  file(WRITE "${OUTPUT}" "// Made by cmake/tael_assets.cmake.\n#include \"runtime/web/page.hpp\"\n\nnamespace tael {\nnamespace {\n"
    "${arrays}constexpr Asset all[] = {\n${rows}};\n}  // namespace\n\nstd::span<const Asset> ${NAME}();\n"
    "std::span<const Asset> ${NAME}() { return all; }\n\n}  // namespace tael\n")
  return()
endif()

set(tael_assets_script "${CMAKE_CURRENT_LIST_FILE}")
function(tael_assets target name)
  set(files "")
  foreach(file IN LISTS ARGN)
    list(APPEND files "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
  endforeach()
  set(made "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  add_custom_command(OUTPUT "${made}"
    COMMAND "${CMAKE_COMMAND}" "-DFILES=${files}" "-DNAME=${name}" "-DOUTPUT=${made}" -P "${tael_assets_script}"
    DEPENDS ${files} "${tael_assets_script}" VERBATIM)
  target_sources(${target} PRIVATE "${made}")
endfunction()
