#pragma once
// Every bound of the protocol, with its unit.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace decapod::ipc {

inline constexpr int kProtocolMajor = 1;
// 1: Request::source, Reply::copy. 2: Request::trust_token
inline constexpr int kProtocolMinor = 2;

inline constexpr std::size_t kFrameBytesMax = 1024 * 1024;         // one frame's body
inline constexpr std::size_t kMessageBytesMax = 64 * 1024 * 1024;  // a request in parts, all together
inline constexpr std::size_t kReplyBytesMax = 256 * 1024 * 1024;   // a reply in parts, all together
inline constexpr std::size_t kStagedBytesMax = 128 * 1024 * 1024;  // requests in parts of all connections
inline constexpr std::size_t kHelloBytesMax = 4096;

inline constexpr std::size_t kConnectionsMax = 4096;
inline constexpr std::size_t kQueueMax = 4096;                    // requests that wait for the worker
inline constexpr std::size_t kQueueBytesMax = 128 * 1024 * 1024;  // and their bytes, as they came
inline constexpr std::size_t kBatchMax = 256;                     // requests in one transaction
inline constexpr int kListenBacklog = 4096;

inline constexpr std::chrono::milliseconds kFrameTimeout{5000};  // from a frame's first byte to its last
inline constexpr std::chrono::milliseconds kFirstFrameTimeout{
    5000};                                                       // a new client is waited for so long before idling
inline constexpr std::chrono::milliseconds kWriteTimeout{5000};  // for a peer to read all of an answer
inline constexpr std::chrono::milliseconds kDrainTimeout{2000};  // a queued client has this long to send its request
inline constexpr std::chrono::milliseconds kDrainWatchdog{10000};

}  // namespace decapod::ipc
