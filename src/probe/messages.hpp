// Numbers of SSH messages (RFC 4250 4.1) and the reasons that this program gives when it hangs up (4.2).
#pragma once

#include <cstdint>

namespace reentry::probe {

enum Message : std::uint8_t {
  kDisconnect = 1,
  kIgnore = 2,
  kUnimplemented = 3,
  kDebug = 4,
  kServiceRequest = 5,
  kServiceAccept = 6,
  kExtInfo = 7,  // RFC 8308
  kKexInit = 20,
  kNewKeys = 21,
  kFirstOfKexMethod = 30,
  kLastOfKexMethod = 49,
  kUserauthRequest = 50,
  kUserauthFailure = 51,
  kUserauthSuccess = 52,
  kUserauthBanner = 53,
  kUserauthPkOk = 60,
  kGlobalRequest = 80,
  kRequestSuccess = 81,
  kRequestFailure = 82,
  kChannelOpen = 90,
  kChannelOpenConfirmation = 91,
  kChannelOpenFailure = 92,
  kChannelWindowAdjust = 93,
  kChannelData = 94,
  kChannelExtendedData = 95,
  kChannelEof = 96,
  kChannelClose = 97,
  kChannelRequest = 98,
  kChannelSuccess = 99,
  kChannelFailure = 100,
};

inline constexpr std::uint32_t kByApplication = 11;
inline constexpr std::uint32_t kKeyExchangeFailed = 3;
inline constexpr std::uint32_t kProtocolError = 2;

}  // namespace reentry::probe
