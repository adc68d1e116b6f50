#pragma once
// What the bodies of an object store's answers say. Pure, tolerant of what is missing, and never surprised by
// what is there.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::s3 {

// The code of an error, such as "NoSuchUpload": letters, digits, '.', '_' and '-' only, at most 64. Empty
// when the body is no error.
std::string read_error_code(std::string_view body);

// Of the answer to CreateMultipartUpload; empty when there is none.
std::string read_upload_id(std::string_view body);

// Whether CompleteMultipartUpload made the object: the status is 200 also when it did not.
bool says_completed(std::string_view body);

struct uploaded_part {
    int number = 0;
    std::string etag;
};

// The body of CompleteMultipartUpload.
std::string completion_of(const std::vector<uploaded_part>& parts);

struct listed_object {
    std::string key;
    std::optional<std::chrono::sys_seconds> modified;  // nothing when unreadable
};

struct object_page {
    std::vector<listed_object> objects;  // in the order of their keys
    bool more = false;
};

// Of ListObjectsV2. Nothing when the body is no such list.
std::optional<object_page> read_object_page(std::string_view body);

struct begun_upload {
    std::string key;
    std::string id;
    std::optional<std::chrono::sys_seconds> begun;
};

struct upload_page {
    std::vector<begun_upload> uploads;
    bool more = false;
    std::string next_key;  // where the next page begins
    std::string next_id;
};

// Of ListMultipartUploads. Nothing when the body is no such list.
std::optional<upload_page> read_upload_page(std::string_view body);

// "2009-10-12T17:50:30.000Z"; nothing for anything else.
std::optional<std::chrono::sys_seconds> read_moment(std::string_view text);

}  // namespace adapters::s3
