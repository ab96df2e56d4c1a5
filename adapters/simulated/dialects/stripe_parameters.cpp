#include "adapters/simulated/dialects/stripe_parameters.hpp"

#include <algorithm>

namespace tael {

namespace {

constexpr std::string_view of_intents =
    " amount amount_details application_fee_amount automatic_payment_methods capture_method client_secret confirm "
    "confirmation_method confirmation_token currency customer customer_account description error_on_requires_action "
    "excluded_payment_method_types expand hooks mandate mandate_data metadata off_session on_behalf_of payment_details "
    "payment_method payment_method_configuration payment_method_data payment_method_options payment_method_types "
    "radar_options receipt_email return_url setup_future_usage shipping statement_descriptor "
    "statement_descriptor_suffix transfer_data transfer_group use_stripe_sdk ";
constexpr std::string_view of_refunds =
    " amount charge currency customer expand instructions_email metadata origin payment_intent reason "
    "refund_application_fee reverse_transfer ";
constexpr std::string_view of_cancel = " cancellation_reason expand ";

}  // namespace

std::optional<std::string> unknown_stripe_parameter(std::string_view path,
                                                    const std::map<std::string, std::string>& form) {
  const auto taken = path.ends_with("/cancel") ? of_cancel : path.starts_with("/v1/refunds") ? of_refunds : of_intents;
  const auto is_unknown = [&](const auto& pair) {
    const auto name = pair.first.substr(0, pair.first.find('['));
    return taken.find(" " + name + " ") == taken.npos;
  };
  const auto found = std::ranges::find_if(form, is_unknown);
  return found == form.end() ? std::nullopt : std::optional{found->first};
}

}  // namespace tael
