#include "adapters/s3/signing.hpp"

#include "gateway/runtime/digest.hpp"
#include "gateway/runtime/percent_coding.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace adapters::s3 {

namespace {

constexpr std::string_view algorithm{"AWS4-HMAC-SHA256"};
constexpr std::size_t day_length = 8;  // of a stamp

// Without blanks around it, and with one where there are several.
std::string squeezed(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c != ' ' && c != '\t')
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    while (out.ends_with(' '))
        out.pop_back();
    return out;
}

name_values sorted(name_values all) {
    std::sort(all.begin(), all.end());
    return all;
}

std::string signed_names(const name_values& headers) {
    std::string names;
    for (const auto& [name, value] : sorted(headers))
        names += (names.empty() ? "" : ";") + name;
    return names;
}

std::string raw(const gateway::sha256_digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

bool credentials::stand_in(std::string_view text) const noexcept {
    const auto shows = [text](const std::string& secret) {
        return !secret.empty() && text.find(secret) != std::string_view::npos;
    };
    return shows(access_key_id) || shows(secret_access_key) || shows(session_token);
}

std::string percent_encoded(std::string_view text, bool keep_slashes) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (gateway::is_unreserved(c) || (keep_slashes && c == '/')) {
            out += c;
            continue;
        }
        gateway::append_percent_coded(out, c);
    }
    return out;
}

std::string query_text(const name_values& query) {
    name_values encoded;
    for (const auto& [name, value] : query)
        encoded.emplace_back(percent_encoded(name), percent_encoded(value));
    std::string text;
    for (const auto& [name, value] : sorted(std::move(encoded)))
        text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
    return text;
}

std::string canonical_request(const request_parts& of) {
    std::string text = of.method + '\n' + of.path + '\n' + query_text(of.query) + '\n';
    for (const auto& [name, value] : sorted(of.headers))
        text.append(name).append(":").append(squeezed(value)).append("\n");
    return text.append("\n").append(signed_names(of.headers)).append("\n").append(of.payload_hash);
}

std::string stamp_of(std::chrono::sys_seconds moment) {
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{moment - day};
    std::array<char, 32> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                      static_cast<int>(time.seconds().count()));
    return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

signer::signer(credentials keys, std::string region, std::string service)
    : keys_{std::move(keys)}, region_{std::move(region)}, service_{std::move(service)} {}

std::string signer::scope_of(std::string_view day) const {
    return std::string{day} + '/' + region_ + '/' + service_ + "/aws4_request";
}

const std::string& signer::key_of(std::string_view day) {
    if (day_ != day || key_.empty()) {
        std::string key = raw(gateway::hmac_sha256("AWS4" + keys_.secret_access_key, day));
        for (const std::string_view next :
             {std::string_view{region_}, std::string_view{service_}, std::string_view{"aws4_request"}})
            key = raw(gateway::hmac_sha256(key, next));
        key_ = std::move(key);
        day_ = day;
    }
    return key_;
}

std::string signer::signature(const request_parts& request, const std::string& stamp) {
    const std::string_view day = std::string_view{stamp}.substr(0, day_length);
    std::string text{algorithm};
    text.append("\n").append(stamp).append("\n").append(scope_of(day)).append("\n");
    text.append(gateway::to_hex(gateway::sha256(canonical_request(request))));
    return gateway::to_hex(gateway::hmac_sha256(key_of(day), text));
}

std::string signer::authorize(request_parts& request, std::chrono::sys_seconds now) {
    const std::string stamp = stamp_of(now);
    request.headers.emplace_back("x-amz-date", stamp);
    if (service_ == "s3")
        request.headers.emplace_back("x-amz-content-sha256", request.payload_hash);
    if (!keys_.session_token.empty())
        request.headers.emplace_back("x-amz-security-token", keys_.session_token);
    std::string value{algorithm};
    value.append(" Credential=").append(keys_.access_key_id).append("/");
    value.append(scope_of(std::string_view{stamp}.substr(0, day_length)));
    value.append(", SignedHeaders=").append(signed_names(request.headers));
    return value.append(", Signature=").append(signature(request, stamp));
}

std::string signer::presigned_query(request_parts request, std::chrono::sys_seconds now,
                                    std::chrono::seconds ttl) {
    const std::string stamp = stamp_of(now);
    auto& query = request.query;
    query.emplace_back("X-Amz-Algorithm", algorithm);
    query.emplace_back("X-Amz-Credential",
                       keys_.access_key_id + '/' + scope_of(std::string_view{stamp}.substr(0, day_length)));
    query.emplace_back("X-Amz-Date", stamp);
    query.emplace_back("X-Amz-Expires", std::to_string(ttl.count()));
    if (!keys_.session_token.empty())
        query.emplace_back("X-Amz-Security-Token", keys_.session_token);
    query.emplace_back("X-Amz-SignedHeaders", signed_names(request.headers));
    request.payload_hash = unsigned_payload;
    return query_text(query) + "&X-Amz-Signature=" + signature(request, stamp);
}

}  // namespace adapters::s3
