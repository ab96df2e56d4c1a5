// The JSON Schema of stories, made of the tables that read them: scripts/scenarios/story.schema.json.
#pragma once

#include <iosfwd>

namespace tael::scenario {

void print_schema(std::ostream& out);

}  // namespace tael::scenario
