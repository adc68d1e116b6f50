#include "gateway/http_client/tls.hpp"

#include "gateway/runtime/server_identity.hpp"

namespace gateway::http_client {

namespace ssl = boost::asio::ssl;

namespace {

constexpr std::size_t most_sessions = 64;  // hosts; audio may come from many

// Where a context keeps the way back to its owner. Index 0, the "application data", is Asio's, which deletes
// what it finds.
int owner_index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

}  // namespace

tls_context::tls_context(const std::string& certificate_authority) : context_{ssl::context::tls_client} {
    context_.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                         ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    if (!certificate_authority.empty()) {
        context_.load_verify_file(certificate_authority);
        has_authorities_ = true;
    }
    context_.set_verify_mode(ssl::verify_peer);
    SSL_CTX* const native = context_.native_handle();
    SSL_CTX_set_ex_data(native, owner_index(), this);
    // With TLS 1.3 a ticket comes after the handshake, so OpenSSL's own "current session" is not yet the one
    // to keep.
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(native, &tls_context::on_new_session);
}

void tls_context::read_authorities() {
    if (has_authorities_)
        return;
    context_.set_default_verify_paths();
    has_authorities_ = true;
}

tls_context::~tls_context() {
    SSL_CTX_sess_set_new_cb(context_.native_handle(), nullptr);
}

int tls_context::on_new_session(SSL* stream, SSL_SESSION* session) {
    auto* const self = static_cast<tls_context*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(stream), owner_index()));
    const char* const host = SSL_get_servername(stream, TLSEXT_NAMETYPE_host_name);
    if (self == nullptr || host == nullptr)
        return 0;
    const auto known = self->sessions_.find(std::string_view{host});
    if (known != self->sessions_.end()) {
        known->second.reset(session);
    } else {
        if (self->sessions_.size() >= most_sessions)
            self->sessions_.clear();  // rare, and costs full handshakes only
        self->sessions_.emplace(host, session);
    }
    return 1;  // the session is ours now
}

bool tls_context::prepare(SSL* stream, const std::string& host) {
    constexpr unsigned char http_1_1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    if (SSL_set_alpn_protos(stream, http_1_1, sizeof http_1_1) != 0)
        return false;
    if (!expect_server(stream, host))
        return false;
    if (const auto known = sessions_.find(host); known != sessions_.end())
        SSL_set_session(stream, known->second.get());  // refused: a full handshake instead
    return true;
}

}  // namespace gateway::http_client
