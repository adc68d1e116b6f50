#include "url.hpp"

#include <algorithm>

namespace simulator {

std::optional<url> parse_url(std::string_view text) {
    const auto unsafe = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; };
    if (std::any_of(text.begin(), text.end(), unsafe))
        return std::nullopt;

    url read;
    read.secure = text.starts_with("https://");
    if (!read.secure && !text.starts_with("http://"))
        return std::nullopt;
    text.remove_prefix(read.secure ? 8 : 7);
    text = text.substr(0, text.find('#'));

    const auto path = std::min(text.find_first_of("/?"), text.size());
    const auto authority = text.substr(0, path);
    read.authority = authority;
    read.target = text.substr(path);
    if (!read.target.starts_with('/'))
        read.target.insert(0, "/");

    const auto bracket = authority.rfind(']');
    const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    read.host = authority.substr(0, colon);
    read.port = colon == std::string_view::npos ? std::string_view{} : authority.substr(colon + 1);
    if (read.port.empty())
        read.port = read.secure ? "443" : "80";
    if (read.host.size() > 2 && read.host.front() == '[' && read.host.back() == ']')
        read.host = read.host.substr(1, read.host.size() - 2);
    if (read.host.empty() || authority.find('@') != std::string_view::npos)
        return std::nullopt;
    return read;
}

}  // namespace simulator
