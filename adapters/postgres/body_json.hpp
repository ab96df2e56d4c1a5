// The body of a journal row: one JSON object, fields in their order.
#pragma once

#include "actors/domain/records.hpp"

#include <string>

namespace tael::postgres {

std::string body_json(const Fields& fields);

}  // namespace tael::postgres
