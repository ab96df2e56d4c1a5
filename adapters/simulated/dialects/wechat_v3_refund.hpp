// A refund as WeChat Pay v3 shows it.
#pragma once

#include <boost/json/object.hpp>

#include <string_view>

namespace tael {

/// An answer says `status` and has all members that are required of one; a notification says `refund_status`, its
/// merchant, and less.
boost::json::object wechat_v3_refund(const boost::json::object& body, std::string_view status_name,
                                     std::string_view merchant);

}  // namespace tael
