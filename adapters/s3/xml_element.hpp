#pragma once
// The XML that object stores answer in: elements and their text, nothing else. Strict, since every byte is
// hostile: no document type, so no entities beyond the five of XML itself, and nothing is fetched or
// expanded.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::s3 {

struct xml_element {
    std::string name;  // without a namespace's prefix
    std::string text;  // all of it that is not in children
    std::vector<xml_element> children;

    // The first child of the name, or nothing.
    const xml_element* child(std::string_view wanted) const noexcept;
    // Its text; empty when there is no such child.
    std::string_view text_of(std::string_view wanted) const noexcept;
};

// The root. Nothing when the text is no well-formed document, nests deeper than 16, or has more than 50,000
// elements. Attributes, comments and processing instructions are passed over.
std::optional<xml_element> read_xml(std::string_view text);

// For text between tags.
std::string xml_escaped(std::string_view text);

}  // namespace adapters::s3
