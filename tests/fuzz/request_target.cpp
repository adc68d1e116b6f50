// Request targets, and what the route tables make of their paths.
#include "gateway/http/request_target.hpp"
#include "gateway/http/routes.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

namespace {

using namespace gateway::http;
using fuzz::claim;

constexpr std::array<route<int>, 6> table{{
    {method::post, "/v1/music/{organization_id}/generations", 0},
    {method::get, "/v1/music/{organization_id}/generations", 1},
    {method::get, "/v1/music/{organization_id}/generations/{job_id}", 2},
    {method::post, "/v1/music/{organization_id}/generations/{job_id}/cancel", 3},
    {method::get, "/media/{file}", 4},
    {method::get, "/openapi.json", 5},
}};

std::string escaped(std::string_view text) {
    constexpr std::string_view digits{"0123456789abcdef"};
    std::string out;
    for (const char each : text) {
        const auto value = static_cast<unsigned char>(each);
        out += '%';
        out += digits[value >> 4U];
        out += digits[value & 0xFU];
    }
    return out;
}

// The pattern with the values in their places.
std::string filled(std::string_view pattern, const path_arguments& values) {
    std::string out;
    std::size_t next = 0;
    while (!pattern.empty()) {
        const auto brace = std::min(pattern.find('{'), pattern.size());
        out += pattern.substr(0, brace);
        pattern.remove_prefix(brace);
        if (pattern.empty())
            break;
        out += escaped(values[next++]);
        pattern.remove_prefix(pattern.find('}') + 1);
    }
    return out;
}

void check_routed(method asked, std::string_view path) {
    const auto routed = find_route<int>(table, asked, path);
    if (!routed.found)
        return;
    for (std::size_t i = 0; i < routed.arguments.count; ++i) {
        const std::string& value = routed.arguments[i];
        claim(!value.empty() && value.find('\0') == std::string::npos,
              "a segment's value is not empty and has no NUL");
    }
    const auto again = match(routed.found->pattern, filled(routed.found->pattern, routed.arguments));
    claim(again && again->count == routed.arguments.count, "a path made of its values matches its pattern");
    for (std::size_t i = 0; i < again->count; ++i)
        claim((*again)[i] == routed.arguments[i], "values come back as they were");
}

bool within(std::string_view part, std::string_view whole) {
    return part.empty() ||
           (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

// "METHOD target", and perhaps a Host on the next line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::input in{data, size};
    const std::string_view line = in.line();
    const auto gap = std::min(line.find(' '), line.size());
    const method asked = read_method(line.substr(0, gap));
    const std::string_view text = line.substr(std::min(gap + 1, line.size()));
    if (const auto read = read_target(asked, text)) {
        claim((within(read->path, text) || read->path == "/") && within(read->query, text),
              "what is read is a part of the text, or the path of an address without one");
        claim(read->path.starts_with('/') || read->path == "*", "a path begins with a slash");
        claim(read->path != "*" || asked == method::options, "\"*\" is for OPTIONS alone");
        for (const std::string_view part : {read->path, read->query})
            for (const char each : part)
                claim(static_cast<unsigned char>(each) > 0x20 && each != 0x7F && each != '#',
                      "no URI has such bytes");
        check_routed(asked, read->path);
    }
    check_routed(asked, text);

    const std::string_view host = in.rest();
    if (is_host(host))
        claim(host.find_first_of(" ,/\\@?#\r\n\t") == std::string_view::npos && !host.empty(),
              "a host is one host");
    return 0;
}
