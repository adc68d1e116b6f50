#include "gateway/runtime/url_spelling.hpp"

#include "gateway/runtime/ascii.hpp"
#include "gateway/runtime/percent_coding.hpp"

#include <boost/asio/ip/address_v4.hpp>

#include <algorithm>

namespace gateway {

namespace {

bool is_address(std::string_view host) {
    boost::system::error_code no_address;
    boost::asio::ip::make_address_v4(std::string{host}, no_address);
    return !no_address;
}

}  // namespace

std::string with_readable_host(std::string_view url) {
    const auto path = std::min(url.find_first_of("/?#"), url.size());
    if (url.substr(path, 2) != "//" || (path > 0 && url[path - 1] != ':'))
        return std::string{url};  // no authority
    const auto begin = path + 2;
    const auto authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
    const auto user = authority.rfind('@');
    const auto host_begin = user == std::string_view::npos ? 0 : user + 1;
    const auto host = authority.substr(host_begin, authority.find(':', host_begin) - host_begin);
    if (host.empty() || !ascii::is_digit(host.front()) || is_address(host))
        return std::string{url};
    std::string spelled{url.substr(0, begin + host_begin)};
    append_percent_coded(spelled, host.front());
    return spelled.append(url.substr(begin + host_begin + 1));
}

}  // namespace gateway
