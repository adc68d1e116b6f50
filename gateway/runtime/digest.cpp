#include "gateway/runtime/digest.hpp"

#include "gateway/runtime/ascii.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace gateway {

// OpenSSL's own one-shot functions look the algorithm up and make a context at every call, which costs more
// than the digest of a short text does. Here each thread makes its contexts once.

sha256_digest sha256(std::string_view bytes) {
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    thread_local const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(),
                                                                                  EVP_MD_CTX_free};
    sha256_digest digest;
    if (EVP_DigestInit_ex2(context.get(), algorithm, nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1)
        throw std::runtime_error{"SHA-256 is not available"};
    return digest;
}

struct sha256_builder::state {
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

sha256_builder::sha256_builder() : state_{std::make_unique<state>()} {
    if (EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) != 1)
        throw std::runtime_error{"SHA-256 is not available"};
}

sha256_builder::~sha256_builder() = default;

void sha256_builder::add(std::string_view bytes) {
    if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1)
        throw std::runtime_error{"SHA-256 failed"};
}

sha256_digest sha256_builder::finish() {
    sha256_digest digest;
    if (EVP_DigestFinal_ex(state_->context.get(), digest.data(), nullptr) != 1)
        throw std::runtime_error{"SHA-256 failed"};
    return digest;
}

namespace {

using mac_context = std::unique_ptr<EVP_MAC_CTX, void (*)(EVP_MAC_CTX*)>;

mac_context hmac_sha256_context() {
    static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    mac_context made{EVP_MAC_CTX_new(algorithm), EVP_MAC_CTX_free};
    std::string name{"SHA256"};
    const std::array<OSSL_PARAM, 2> with{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0), OSSL_PARAM_construct_end()};
    if (!made || EVP_MAC_CTX_set_params(made.get(), with.data()) != 1)
        throw std::runtime_error{"HMAC with SHA-256 is not available"};
    return made;
}

}  // namespace

sha256_digest hmac_sha256(std::string_view key, std::string_view bytes) {
    thread_local const mac_context context = hmac_sha256_context();
    thread_local std::optional<std::string> last_key;
    // Making ready for a key costs as much as a short text does. OpenSSL takes an absent key for the one used
    // last.
    const bool is_ready = last_key == key;
    const auto* const first = reinterpret_cast<const unsigned char*>(key.empty() ? "" : key.data());
    sha256_digest digest;
    std::size_t length = 0;
    if (!is_ready)
        last_key.reset();
    if (EVP_MAC_init(context.get(), is_ready ? nullptr : first, is_ready ? 0 : key.size(), nullptr) != 1 ||
        EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()) !=
            1 ||
        EVP_MAC_final(context.get(), digest.data(), &length, digest.size()) != 1)
        throw std::runtime_error{"HMAC with SHA-256 failed"};
    if (!is_ready)
        last_key = key;
    return digest;
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(bytes.size() * 2, '\0');
    auto next = text.begin();
    for (const unsigned char byte : bytes) {
        *next++ = digits[byte >> 4];
        *next++ = digits[byte & 15];
    }
    return text;
}

std::string to_hex(const sha256_digest& digest) {
    return to_hex(std::string_view{reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::optional<sha256_digest> digest_from_hex(std::string_view text) {
    sha256_digest digest;
    if (text.size() != digest.size() * 2)
        return std::nullopt;
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const int high = ascii::hex_value(text[2 * i]);
        const int low = ascii::hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        digest[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return digest;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace gateway
