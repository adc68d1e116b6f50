#include "gateway/domain/error.hpp"

namespace gateway {

namespace {

const char* sentence(errc e) noexcept {
    switch (e) {
        case errc::authentication_required: return "no credentials were given";
        case errc::invalid_api_key: return "the API key is unknown";
        case errc::api_key_expired: return "the API key has expired";
        case errc::api_key_paused: return "the API key is paused";
        case errc::api_key_deactivated: return "the API key is deactivated";
        case errc::organization_access_denied: return "the caller is not a member of the organization";
        case errc::insufficient_permissions: return "a capability is missing";
        case errc::invalid_request: return "the request holds an unacceptable value";
        case errc::body_too_large: return "the request body is too large";
        case errc::unsupported_media_type: return "the body is of another type than we read";
        case errc::not_found: return "no such thing, or not visible to the caller";
        case errc::method_not_allowed: return "the method is not allowed here";
        case errc::rate_limited: return "too many requests for this key";
        case errc::queue_full: return "too many jobs are waiting for this organization";
        case errc::insufficient_credits: return "the music backend is out of credits";
        case errc::engine_retired: return "the engine has been retired";
        case errc::backend_unavailable: return "the music backend refuses the gateway";
        case errc::store_unavailable: return "the job store is unavailable";
        case errc::deadline_exceeded: return "the time budget ran out";
        case errc::draining: return "the gateway is shutting down";
        case errc::lease_lost: return "another replica holds the job";
        case errc::job_ended: return "the job has already ended";
        case errc::signature_invalid: return "the signature does not fit";
        case errc::signature_expired: return "the signed URL has expired";
        case errc::archive_failed: return "the audio archive failed";
        case errc::not_audio: return "the bytes are not audio";
        case errc::audio_work_failed: return "the audio work failed";
        case errc::internal: return "internal error";
    }
    return "unknown gateway error";
}

class category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "gateway"; }
    std::string message(int value) const override { return sentence(static_cast<errc>(value)); }
};

}  // namespace

const boost::system::error_category& gateway_category() noexcept {
    static const category instance;
    return instance;
}

boost::system::error_code make_error_code(errc e) noexcept {
    return {static_cast<int>(e), gateway_category()};
}

}  // namespace gateway
