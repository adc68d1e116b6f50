#include "adapters/s3/answer_reader.hpp"

#include "adapters/s3/xml_element.hpp"
#include "gateway/runtime/ascii.hpp"
#include "gateway/runtime/digest.hpp"
#include "gateway/runtime/percent_coding.hpp"

#include <algorithm>
#include <charconv>

namespace adapters::s3 {

namespace {

constexpr std::size_t longest_code = 64;

bool is_code_character(char c) noexcept {
    return gateway::ascii::is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
}

std::optional<xml_element> root_of(std::string_view body, std::string_view name) {
    auto root = read_xml(body);
    if (root && root->name != name)
        root.reset();
    return root;
}

// Stores that were asked for it escape keys as in a URL, where a '+' is a blank.
std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (const int byte = gateway::percent_coded_byte(text.substr(at)); byte >= 0) {
            out += static_cast<char>(byte);
            at += 2;
        } else {
            out += text[at] == '+' ? ' ' : text[at];
        }
    }
    return out;
}

class key_reader {
public:
    explicit key_reader(const xml_element& root) : escaped_{root.text_of("EncodingType") == "url"} {}
    std::string operator()(std::string_view text) const {
        return escaped_ ? unescaped(text) : std::string{text};
    }

private:
    bool escaped_;
};

// `width` digits at the front of `text`, and `then` behind them; both are taken off.
std::optional<int> taken(std::string_view& text, std::size_t width, std::string_view then) {
    int value = 0;
    if (text.size() < width + then.size() || text.substr(width, then.size()) != then)
        return std::nullopt;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + width, value);
    if (wrong != std::errc{} || end != text.data() + width || value < 0)
        return std::nullopt;
    text.remove_prefix(width + then.size());
    return value;
}

}  // namespace

std::string read_error_code(std::string_view body) {
    const auto root = root_of(body, "Error");
    if (!root)
        return {};
    const std::string_view code = root->text_of("Code");
    const bool plain =
        code.size() <= longest_code && std::all_of(code.begin(), code.end(), is_code_character);
    return plain ? std::string{code} : std::string{};
}

std::string read_upload_id(std::string_view body) {
    const auto root = root_of(body, "InitiateMultipartUploadResult");
    return root ? std::string{root->text_of("UploadId")} : std::string{};
}

bool says_completed(std::string_view body) {
    return root_of(body, "CompleteMultipartUploadResult").has_value();
}

std::string completion_of(const std::vector<uploaded_part>& parts) {
    std::string body{"<CompleteMultipartUpload>"};
    for (const uploaded_part& each : parts)
        body += "<Part><PartNumber>" + std::to_string(each.number) + "</PartNumber><ETag>" +
                xml_escaped(each.etag) + "</ETag></Part>";
    return body + "</CompleteMultipartUpload>";
}

std::optional<object_page> read_object_page(std::string_view body) {
    const auto root = root_of(body, "ListBucketResult");
    if (!root)
        return std::nullopt;
    const key_reader key{*root};
    object_page page;
    page.more = root->text_of("IsTruncated") == "true";
    for (const xml_element& each : root->children) {
        if (each.name == "Contents")
            page.objects.push_back({key(each.text_of("Key")), read_moment(each.text_of("LastModified"))});
    }
    return page;
}

std::optional<upload_page> read_upload_page(std::string_view body) {
    const auto root = root_of(body, "ListMultipartUploadsResult");
    if (!root)
        return std::nullopt;
    const key_reader key{*root};
    upload_page page;
    page.more = root->text_of("IsTruncated") == "true";
    page.next_key = key(root->text_of("NextKeyMarker"));
    page.next_id = root->text_of("NextUploadIdMarker");
    for (const xml_element& each : root->children) {
        if (each.name == "Upload")
            page.uploads.push_back({key(each.text_of("Key")), std::string{each.text_of("UploadId")},
                                    read_moment(each.text_of("Initiated"))});
    }
    return page;
}

std::optional<std::chrono::sys_seconds> read_moment(std::string_view text) {
    const auto year = taken(text, 4, "-");
    const auto month = taken(text, 2, "-");
    const auto day = taken(text, 2, "T");
    const auto hour = taken(text, 2, ":");
    const auto minute = taken(text, 2, ":");
    const auto second = taken(text, 2, "");
    if (!year || !month || !day || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    const std::string_view fraction = text.starts_with('.') ? text.substr(1) : std::string_view{"0Z"};
    const auto digits = fraction.find_first_not_of("0123456789");
    if ((text != "Z" && !text.starts_with('.')) || digits == 0 ||
        fraction.substr(std::min(digits, fraction.size())) != "Z")
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok())
        return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           std::chrono::seconds{*second};
}

}  // namespace adapters::s3
