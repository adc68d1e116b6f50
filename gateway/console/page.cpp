#include "gateway/console/page.hpp"

#include "gateway/runtime/digest.hpp"

#include <stdexcept>

namespace gateway::console {

namespace {

// What stands between <name> and </name>, which the page has once each.
std::string_view content_of(std::string_view html, const std::string& name) {
    const std::string opening = "<" + name + ">", closing = "</" + name + ">";
    const auto begin = html.find(opening);
    const auto end = html.find(closing);
    if (begin == html.npos || end == html.npos || end < begin || html.find(opening, begin + 1) != html.npos ||
        html.find(closing, end + 1) != html.npos)
        throw std::logic_error{"the page must have exactly one " + opening};
    return html.substr(begin + opening.size(), end - begin - opening.size());
}

std::string hash_source(std::string_view text) {
    const sha256_digest digest = sha256(text);
    return "'sha256-" + base64({reinterpret_cast<const char*>(digest.data()), digest.size()}) + "'";
}

}  // namespace

std::string base64(std::string_view bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = bytes.size() - at < 3 ? bytes.size() - at : 3;
        unsigned group = 0;
        for (std::size_t each = 0; each < 3; ++each)
            group = group << 8 | (each < count ? static_cast<unsigned char>(bytes[at + each]) : 0U);
        for (std::size_t each = 0; each < 4; ++each)
            text += each <= count ? letters[group >> (18 - 6 * each) & 63U] : '=';
    }
    return text;
}

page make_page(std::string html, bool asks_for_token) {
    page made;
    // So that it asks at once, instead of being refused first.
    constexpr std::string_view mark = "data-asks-token=\"no\"";
    const auto at = html.find(mark);
    if (at == html.npos)
        throw std::logic_error{"the page must say whether it asks for a token"};
    if (asks_for_token)
        html.replace(at, mark.size(), "data-asks-token=\"yes\"");
    made.content_security_policy = "default-src 'none'; script-src " +
                                   hash_source(content_of(html, "script")) + "; style-src " +
                                   hash_source(content_of(html, "style")) +
                                   "; connect-src 'self'; media-src 'self'; img-src data:; base-uri 'none'; "
                                   "form-action 'none'; frame-ancestors 'none'";
    made.html = std::move(html);
    return made;
}

page make_page(bool asks_for_token) {
    std::string html;
    for (const std::string_view piece : page_pieces())
        html += piece;
    return make_page(std::move(html), asks_for_token);
}

}  // namespace gateway::console
