// Names whose value nobody may read: one table for what is written down of an exchange and for the log.
#pragma once

#include <string_view>

namespace tael {

/// Whether `name` is `word`, or ends with it as its last part: `X-Api-Key` is an `api_key`, `tokens_left` no `token`.
/// Case makes no difference, nor do `-` and `_`; `word` is lower case with `_`.
bool is_called(std::string_view name, std::string_view word);

bool is_hidden_name(std::string_view name);

}  // namespace tael
