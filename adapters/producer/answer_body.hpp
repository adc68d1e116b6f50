#pragma once
// A body of the provider's, opened once for all readers: JSON object or not, and the fields that carry errors
// in both dialects (reference/producer-api 6.1). Every byte is hostile: nothing here throws but for lack of
// memory.

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace adapters::producer {

class answer_body {
public:
    // `text` must outlive the object.
    explicit answer_body(std::string_view text);
    answer_body(const answer_body&) = delete;
    answer_body& operator=(const answer_body&) = delete;

    bool is_object() const noexcept { return root_.is_object(); }

    // The member, or nothing when there is none or the body is no object.
    const boost::json::value* find(std::string_view name) const noexcept;

    // A text member in lower case, white space around it dropped; empty when absent or no text.
    std::string word(std::string_view name) const;

    // `code`, as number or numeric string.
    std::optional<int> code() const noexcept;

    // `error`, else `message`, else `msg`, else the beginning of a body that is neither JSON nor markup; not
    // cleaned.
    std::string text() const;

private:
    std::string_view raw_;
    unsigned char first_memory_[4096];
    boost::json::monotonic_resource memory_{first_memory_};
    boost::json::value root_;
};

// Tolerant reading of single values.
std::optional<double> number_in(
    const boost::json::value* value) noexcept;                       // a finite number, or a numeric string
std::string_view text_in(const boost::json::value* value) noexcept;  // empty when it is no text

}  // namespace adapters::producer
