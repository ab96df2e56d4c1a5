// What every page of the console has around it, and the small words they share.
#pragma once

#include "runtime/web/html.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace tael::console {

/// What stands around a page.
struct Frame {
  std::string title;
  std::string_view here;  ///< The address of its entry in the menu.
  std::string node, actor, csrf;
  std::string told;          ///< What became of the last deed; empty: nothing.
  bool is_live = false;      ///< Has charts and cells that follow the node.
  bool may_operate = false;  ///< Offers what the reader may do; who may only look is offered nothing.
};

/// Opens the page up to its content; `close_page` ends it.
Html open_page(const Frame& frame);
std::string close_page(Html html);

std::string login_page(std::string_view said);
std::string message_page(const Frame& frame, std::string_view message);

/// A member as text: empty for null and absent.
std::string text(const boost::json::value& object, std::string_view name);
std::int64_t number(const boost::json::value& object, std::string_view name);

/// A state as a word with its colour: good, wait, bad or quiet.
void pill(Html& html, std::string_view state, std::string_view cell = {});
/// The state of an order or of what belongs to it: closed is an end there, and not a healthy breaker.
void order_pill(Html& html, std::string_view state);
/// `59 s`, `12 min`, `1 h 59 min`, `3 d 4 h`: a wait as people say it, rounded down.
std::string wait_text(std::int64_t seconds);
/// An instant, exact, that the browser may show in its own zone.
void moment(Html& html, std::string_view stamp);
std::string money(std::int64_t amount, std::string_view currency);
void head_row(Html& html, std::initializer_list<std::string_view> headings);
/// The hidden field that every form carries.
void guard(Html& html, const Frame& frame);
/// A text field for the reason, and the button.
void reason_and_button(Html& html, std::string_view button, std::string_view id, bool is_grave = false);

/// Rows of a JSON array; none for anything else.
const boost::json::array& rows_of(const boost::json::value& value);
/// A member; null when absent.
const boost::json::value& member(const boost::json::value& object, std::string_view name);
/// `live`: the name under which the page's script keeps it true.
void cell(Html& html, const std::string& what, std::string_view live = {}, bool is_number = false);
void moment_cell(Html& html, const std::string& stamp);
void empty_row(Html& html, const boost::json::array& rows, int columns, std::string_view says);

}  // namespace tael::console
