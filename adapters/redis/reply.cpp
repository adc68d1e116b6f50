#include "adapters/redis/reply.hpp"

#include <hiredis/hiredis.h>

#include <array>
#include <charconv>
#include <new>
#include <stdexcept>

namespace adapters::redis {

namespace {

// hiredis builds a reply through these. Each node is made in its parent's place, so only the root is ever
// allocated by itself; nothing may throw through C.

reply* place_for(const redisReadTask* task) noexcept {
    if (task->parent == nullptr)
        return new (std::nothrow) reply;
    auto* parent = static_cast<reply*>(task->parent->obj);
    return &parent->items[static_cast<std::size_t>(task->idx)];
}

void give_up(const redisReadTask* task, reply* node) noexcept {
    if (task->parent == nullptr)
        delete node;
}

void* make_text(const redisReadTask* task, char* bytes, std::size_t length) noexcept {
    reply* node = place_for(task);
    if (node == nullptr)
        return nullptr;
    try {
        node->text.assign(bytes, length);
    } catch (const std::exception&) {
        give_up(task, node);
        return nullptr;
    }
    node->what = task->type == REDIS_REPLY_ERROR    ? reply::kind::error
                 : task->type == REDIS_REPLY_STATUS ? reply::kind::status
                                                    : reply::kind::text;
    return node;
}

// A count is an int in hiredis 0.14, a size_t later.
template <class Count>
void* make_array(const redisReadTask* task, Count items) noexcept {
    auto* items_left = static_cast<std::size_t*>(task->privdata);
    if (static_cast<std::size_t>(items) > *items_left)  // a negative count is a huge one here
        return nullptr;  // announced, not sent yet: the memory must not be promised on a peer's word
    *items_left -= static_cast<std::size_t>(items);
    reply* node = place_for(task);
    if (node == nullptr)
        return nullptr;
    try {
        node->items.resize(static_cast<std::size_t>(items));
    } catch (const std::exception&) {
        give_up(task, node);
        return nullptr;
    }
    node->what = reply::kind::array;
    return node;
}

void* make_integer(const redisReadTask* task, long long value) noexcept {
    reply* node = place_for(task);
    if (node == nullptr)
        return nullptr;
    node->what = reply::kind::integer;
    node->number = value;
    return node;
}

void* make_nil(const redisReadTask* task) noexcept {
    return place_for(task);
}

void free_root(void* node) noexcept {
    delete static_cast<reply*>(node);
}

// RESP3's types, known to hiredis from 1.0 on: we never ask for that protocol, so a server that sends them is
// broken.
template <class Functions>
void refuse_resp3(Functions& functions) {
    if constexpr (requires { functions.createDouble; })
        functions.createDouble = [](const redisReadTask*, double, char*, std::size_t) -> void* {
            return nullptr;
        };
    if constexpr (requires { functions.createBool; })
        functions.createBool = [](const redisReadTask*, int) -> void* { return nullptr; };
}

redisReplyObjectFunctions make_builders() {
    redisReplyObjectFunctions functions{};
    functions.createString = make_text;
    functions.createArray = make_array;
    functions.createInteger = make_integer;
    functions.createNil = make_nil;
    functions.freeObject = free_root;
    refuse_resp3(functions);
    return functions;
}

redisReplyObjectFunctions builders = make_builders();

// An item takes this much before it holds anything; bounds the number of items by the same figure as the
// bytes.
constexpr std::size_t bytes_of_item = sizeof(reply);

constexpr std::string_view end_of_line = "\r\n";
constexpr std::size_t most_digits = 20;  // of 64 bits, with a sign

void append_length(std::string& bytes, char kind, std::size_t length) {
    std::array<char, 1 + most_digits + end_of_line.size()> line;
    line[0] = kind;
    char* end = std::to_chars(line.data() + 1, line.data() + 1 + most_digits, length).ptr;
    end = std::copy(end_of_line.begin(), end_of_line.end(), end);
    bytes.append(line.data(), end);
}

}  // namespace

std::string_view reply::error_code() const noexcept {
    if (!is_error())
        return {};
    return std::string_view{text}.substr(0, text.find(' '));
}

argument_list& argument_list::add(std::string_view argument) {
    ++count_;
    append_length(bytes_, '$', argument.size());
    bytes_.append(argument).append(end_of_line);
    return *this;
}

argument_list& argument_list::add(std::int64_t argument) {
    std::array<char, most_digits> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), argument);
    return add(std::string_view{digits.data(), written.ptr});
}

argument_list& argument_list::add_all(const argument_list& others) {
    count_ += others.count_;
    bytes_ += others.bytes_;
    return *this;
}

void command::append_to(std::string& bytes_to_send) const {
    append_length(bytes_to_send, '*', arguments_.count());
    bytes_to_send += arguments_.bytes();
}

void reply_reader::closer::operator()(redisReader* reader) const noexcept {
    redisReaderFree(reader);
}

reply_reader::reply_reader(std::size_t most_bytes)
    : most_bytes_{most_bytes},
      items_left_{most_bytes / bytes_of_item},
      reader_{redisReaderCreateWithFunctions(&builders)} {
    if (!reader_)
        throw std::bad_alloc{};
    reader_->privdata = &items_left_;
}

reply_reader::~reply_reader() = default;

bool reply_reader::feed(std::string_view bytes) {
    unfinished_ += bytes.size();
    // One reply may end and others follow in the same bytes, so the bound is loose by what is fed at once.
    if (failed_ || unfinished_ > most_bytes_ + bytes.size() ||
        redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK)
        failed_ = true;
    return !failed_;
}

std::optional<reply> reply_reader::next() {
    if (failed_)
        return std::nullopt;
    void* root = nullptr;
    if (redisReaderGetReply(reader_.get(), &root) != REDIS_OK) {
        failed_ = true;
        return std::nullopt;
    }
    if (root == nullptr)
        return std::nullopt;
    const std::unique_ptr<reply> owned{static_cast<reply*>(root)};
    unfinished_ = reader_->len - reader_->pos;
    items_left_ = most_bytes_ / bytes_of_item;
    return std::move(*owned);
}

}  // namespace adapters::redis
