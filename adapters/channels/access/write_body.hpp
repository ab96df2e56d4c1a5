// Bodies as the tree readers read them: forms, and XML of one level. JSON is written by Boost.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tael {

using BodyFields = std::vector<std::pair<std::string, std::string>>;  ///< Name and value, in the order to write them.

/// `a=1&b=2`, encoded.
std::string write_form(const BodyFields& fields);
/// `<root><a>1</a><b>2</b></root>`, escaped. What is no text, and so nothing XML can hold, becomes a blank.
std::string write_xml(std::string_view root, const BodyFields& fields);

}  // namespace tael
