#include "adapters/s3/bucket_place.hpp"

#include "adapters/s3/signing.hpp"
#include "gateway/media/file_names.hpp"

#include <boost/asio/ip/address.hpp>

#include <stdexcept>

namespace adapters::s3 {

namespace {

gateway::http_client::url checked(const std::string& endpoint) {
    auto read = gateway::http_client::parse_base_url(endpoint);
    if (!read)
        throw std::invalid_argument("the object store's endpoint is no http or https address: " + endpoint);
    return std::move(*read);
}

bool is_number(const std::string& host) {
    boost::system::error_code no;
    boost::asio::ip::make_address(host, no);
    return !no;
}

}  // namespace

bucket_place::bucket_place(const std::string& endpoint, std::string bucket, std::string prefix,
                           addressing how)
    : server_{checked(endpoint)}, bucket_path_{server_.target}, prefix_{std::move(prefix)} {
    if (bucket.empty())
        throw std::invalid_argument("the object store's bucket has no name");
    if (how == addressing::path)
        bucket_path_ += "/" + percent_encoded(bucket);
    else if (is_number(server_.host))
        throw std::invalid_argument("a bucket cannot stand in front of the address " + server_.host +
                                    ": use addressing path");
    else
        server_.host = bucket + "." + server_.host;
    if (!prefix_.empty() && !prefix_.ends_with('/'))
        prefix_ += '/';
}

std::string bucket_place::path_of(std::string_view key) const {
    std::string path = bucket_path_;
    if (!key.empty() || path.empty())
        path += '/';
    return path + percent_encoded(key, true);
}

std::string bucket_place::address_of(std::string_view key) const {
    return (server_.tls ? "https://" : "http://") + host() + path_of(key);
}

std::string bucket_place::key_of(std::string_view track_id, std::string_view extension) const {
    return prefix_ + gateway::media::file_name(track_id, extension);
}

bool bucket_place::is_ours(std::string_view key) const {
    return key.starts_with(prefix_) && gateway::media::is_file_name(key.substr(prefix_.size()));
}

}  // namespace adapters::s3
