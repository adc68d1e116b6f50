#pragma once
// The console's one page: page.html with its own style and script, embedded at build time.

#include <string>
#include <string_view>
#include <vector>

namespace gateway::console {

// The file in pieces, in order; the build makes it from page.html.
const std::vector<std::string_view>& page_pieces();

struct page {
    std::string html;
    // Allows the page's own style and script, by their hashes, requests and audio from its own origin, and
    // nothing else.
    std::string content_security_policy;
};

// Throws std::logic_error when the page has not exactly one <style> and one <script>, and one place for what
// it should know.
page make_page(bool asks_for_token);
page make_page(std::string html, bool asks_for_token);

// RFC 4648 section 4, with padding.
std::string base64(std::string_view bytes);

}  // namespace gateway::console
