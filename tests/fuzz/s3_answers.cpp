// XML of object stores.
#include "adapters/s3/answer_reader.hpp"
#include "adapters/s3/xml_element.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/input.hpp"

#include <algorithm>

namespace {

using namespace adapters::s3;
using fuzz::claim;

std::size_t depth_of(const xml_element& root) {
    std::size_t deepest = 0;
    for (const xml_element& each : root.children)
        deepest = std::max(deepest, depth_of(each));
    return deepest + 1;
}

std::string written(const xml_element& of) {
    std::string out = "<" + of.name + ">" + xml_escaped(of.text);
    for (const xml_element& each : of.children)
        out += written(each);
    return out + "</" + of.name + ">";
}

bool same(const xml_element& left, const xml_element& right) {
    if (left.name != right.name || left.text != right.text || left.children.size() != right.children.size())
        return false;
    for (std::size_t i = 0; i < left.children.size(); ++i)
        if (!same(left.children[i], right.children[i]))
            return false;
    return true;
}

bool has_nameless(const xml_element& of) {
    if (of.name.empty())
        return true;
    return std::any_of(of.children.begin(), of.children.end(), has_nameless);
}

void check_tree(std::string_view text) {
    const auto root = read_xml(text);
    if (!root)
        return;
    claim(depth_of(*root) <= 16, "a tree is of bounded depth");
    claim(!has_nameless(*root), "an element has a name");
    const auto again = read_xml(written(*root));
    claim(again && same(*again, *root), "a tree written out reads the same");
}

void check_pages(std::string_view text) {
    if (const auto page = read_object_page(text))
        claim(page->objects.size() <= 50'000, "a page is of bounded size");
    if (const auto page = read_upload_page(text))
        claim(page->uploads.size() <= 50'000, "a page is of bounded size");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    check_tree(text);
    check_pages(text);
    const std::string code = read_error_code(text);
    claim(code.size() <= 64 && code.find_first_of(" <>&\"'\r\n\t/") == std::string::npos,
          "an error's code is a plain word");
    (void)read_upload_id(text);
    if (says_completed(text))
        claim(code.empty(), "an error completes nothing");
    (void)read_moment(text);
    const auto etag = completion_of({{1, std::string{text}}});
    if (const auto parts = read_xml(etag))
        claim(parts->child("Part") && parts->child("Part")->text_of("ETag") == text,
              "a tag is sent as it was given");
    return 0;
}
