#include "adapters/redis/scripts.hpp"

#include "gateway/runtime/digest.hpp"
#include "gateway/runtime/log.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace adapters::redis {

using gateway::deadline;
using gateway::errc;
using gateway::result;

namespace {

std::string sha1_hex(std::string_view text) {
    std::array<unsigned char, 20> digest{};
    unsigned length = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr) != 1)
        throw std::runtime_error{"SHA-1 is not available"};
    return gateway::to_hex(std::string_view{reinterpret_cast<const char*>(digest.data()), length});
}

command call(std::string_view how, const std::string& what, const std::string& prefix,
             const argument_list& arguments) {
    command made{how};
    made.add(what).add(std::int64_t{1}).add(prefix).add_all(arguments);
    return made;
}

}  // namespace

script::script(std::string_view prelude, std::string_view body)
    : text_{std::string{prelude} + std::string{body}}, sha1_{sha1_hex(text_)} {}

boost::asio::awaitable<result<reply>> run(const script& what, connection& over, std::string prefix,
                                          argument_list arguments, deadline by) {
    auto by_digest = call("EVALSHA", what.sha1(), prefix, arguments);
    auto answer = co_await over.send(std::move(by_digest), by);
    if (answer && answer->error_code() == "NOSCRIPT") {
        auto by_text = call("EVAL", what.text(), prefix, arguments);
        answer = co_await over.send(std::move(by_text), by);
    }
    if (answer && answer->is_error()) {
        gateway::log::error("store_refused", {{"reason", std::string_view{answer->text}.substr(0, 200)}});
        co_return errc::store_unavailable;
    }
    co_return answer;
}

}  // namespace adapters::redis
