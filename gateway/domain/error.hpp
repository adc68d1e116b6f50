#pragma once
// Every failure the gateway can name. One enum, one category; the face alone decides what a client sees of
// each.

#include "gateway/runtime/result.hpp"

#include <boost/system/error_code.hpp>

namespace gateway {

enum class errc {
    authentication_required = 1,  // no credentials, or a header that holds none
    invalid_api_key,              // nobody has this key
    api_key_expired,              // the key is past its expiry
    api_key_paused,               // the key is switched off for a while
    api_key_deactivated,          // the key is switched off for good
    organization_access_denied,   // the caller does not belong to the organization
    insufficient_permissions,     // the caller lacks the capability
    invalid_request,              // a value we will never accept
    body_too_large,               // the body is over the limit
    unsupported_media_type,       // the body says that it is something else than we read
    not_found,                    // unknown, expired, or somebody else's: never told apart
    method_not_allowed,           // the path exists, the method does not
    rate_limited,                 // the caller's key is over its rate
    queue_full,                   // the organization has too many jobs waiting
    insufficient_credits,         // the account behind the gateway has no credits left
    engine_retired,               // upstream answered 410 for the engine
    backend_unavailable,          // upstream rejects our key, or our plan
    store_unavailable,            // the job store could not be reached or refused to write
    deadline_exceeded,            // our own time budget ran out
    draining,                     // this process is shutting down
    lease_lost,                   // a newer lease exists; the caller must forget the job
    job_ended,                    // the job is terminal, and terminal never changes
    signature_invalid,            // a playback URL that we did not sign, or not for this
    signature_expired,            // a playback URL past its time
    archive_failed,               // the audio archive could not read or write
    not_audio,                    // the bytes are no audio we know
    audio_work_failed,            // cutting, joining or encoding audio failed, or went over its limits
    internal,                     // a bug
};

const boost::system::error_category& gateway_category() noexcept;
boost::system::error_code make_error_code(errc e) noexcept;

// Whether `ec` is `e`; a foreign category is no error of ours.
inline bool is(const boost::system::error_code& ec, errc e) noexcept {
    return ec.category() == gateway_category() && ec.value() == static_cast<int>(e);
}

}  // namespace gateway

template <>
struct boost::system::is_error_code_enum<gateway::errc> : std::true_type {};
