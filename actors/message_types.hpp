// Tells CAF which structs are messages. They never leave the process, so they need no serialisation:
// what crosses between nodes is Protobuf or JSON (DESIGN.md section 5).
#pragma once

#include "actors/kit/caf.hpp"
#include "actors/messages.hpp"

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::CreateOrder)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::PayOrder)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::ViewOrder)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::FindOrder)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::CloseOrder)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::RefundOrder)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::SyncOrder)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::OrderReply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::HearCallback)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::CallbackHeard)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::AskPermit)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::PermitReply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::ReportCall)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::CallChannel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::ChannelAnswered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::Remember)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::Remembered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::HearWord)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::WordHeard)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::ArmTimers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::TimerDue)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::DeliverNotice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::NoticeMoved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::ApplyPostings)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::OrderAtRest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::Begin)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tael::WakeOrder)
