#pragma once
// Redis's wire format, both ways. hiredis does the reading; writing is a length before each argument, and is
// done here so that an argument is copied once.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;

namespace adapters::redis {

struct reply {
    enum class kind { nil, integer, text, status, error, array };
    kind what = kind::nil;
    std::int64_t number = 0;
    std::string text;  // text, status and error
    std::vector<reply> items;

    bool is_error() const noexcept { return what == kind::error; }
    bool is_text() const noexcept { return what == kind::text || what == kind::status; }
    bool is_array_of(std::size_t least) const noexcept {
        return what == kind::array && items.size() >= least;
    }
    // "NOSCRIPT" of "NOSCRIPT No matching script", empty for all but errors.
    std::string_view error_code() const noexcept;
};

// Arguments of a command as they are sent, any bytes.
class argument_list {
public:
    argument_list& add(std::string_view argument);
    argument_list& add(std::int64_t argument);
    argument_list& add_flag(bool flag) { return add(std::string_view{flag ? "1" : "0"}); }
    argument_list& add_all(const argument_list& others);

    std::size_t count() const noexcept { return count_; }
    const std::string& bytes() const noexcept { return bytes_; }

private:
    std::size_t count_ = 0;
    std::string bytes_;
};

// A command: its name is the first argument.
class command {
public:
    explicit command(std::string_view name) { arguments_.add(name); }

    command& add(std::string_view argument) {
        arguments_.add(argument);
        return *this;
    }
    command& add(std::int64_t argument) {
        arguments_.add(argument);
        return *this;
    }
    command& add_all(const argument_list& others) {
        arguments_.add_all(others);
        return *this;
    }

    void append_to(std::string& bytes_to_send) const;

private:
    argument_list arguments_;
};

// Turns bytes into replies. A reader that has failed is finished, and so is its connection.
class reply_reader {
public:
    // `most_bytes` bounds what one reply may take, as text and as items; nesting is bounded by hiredis (7
    // deep).
    explicit reply_reader(std::size_t most_bytes);
    ~reply_reader();
    reply_reader(const reply_reader&) = delete;
    reply_reader& operator=(const reply_reader&) = delete;

    // False when the bytes are no Redis protocol or a reply exceeds the bounds.
    bool feed(std::string_view bytes);

    // The next complete reply, nothing when more bytes are needed. `failed()` tells the two nothings apart.
    std::optional<reply> next();
    bool failed() const noexcept { return failed_; }

private:
    struct closer {
        void operator()(redisReader* reader) const noexcept;
    };
    std::size_t most_bytes_;
    std::size_t items_left_;      // array items that the reply being read may still announce
    std::size_t unfinished_ = 0;  // bytes fed since the last complete reply
    bool failed_ = false;
    std::unique_ptr<redisReader, closer> reader_;
};

}  // namespace adapters::redis
