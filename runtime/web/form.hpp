// What browsers send: forms, cookies, wishes for a language. Read strictly, with bounds; what is odd counts as absent.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tael {

using Form = std::map<std::string, std::string, std::less<>>;

/// `application/x-www-form-urlencoded`, a body or a query. Nothing when it is badly encoded, names a field twice, or
/// has more than 64 of them.
std::optional<Form> read_form(std::string_view text);

/// The field's value; empty when absent.
const std::string& value_of(const Form& form, std::string_view name);

/// A cookie's value out of a `Cookie` header; empty when absent.
std::string cookie_of(std::string_view header, std::string_view name);

enum class Language { en, zh };

/// The better of our two by an `Accept-Language` header; English when it says nothing of either.
Language language_of(std::string_view accepted);

/// How HTML names it: `en`, `zh-CN`.
std::string_view tag_of(Language language);

}  // namespace tael
