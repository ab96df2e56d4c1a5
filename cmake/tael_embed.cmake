# tael_embed(TARGET SYMBOL FILE): the text of FILE as `extern const std::string_view SYMBOL` in namespace tael. For data
# that belongs to the binary and is read by people as a file.
function(tael_embed target symbol file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
  file(READ "${file}" text)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp")
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT
    "#include <string_view>\nnamespace tael {\nextern const std::string_view @symbol@;\nconst std::string_view @symbol@ = R\"embedded(@text@)embedded\";\n}\n")
  target_sources(${target} PRIVATE "${source}")
endfunction()
