#include "gateway/runtime/log.hpp"

#include "gateway/runtime/json_text.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

namespace gateway::log {

namespace {

constexpr std::size_t longest_text =
    8 * 1024;                              // bytes of one field; collectors cut lines, which then are no JSON
constexpr std::size_t queue_lines = 1024;  // allocated at start, some 400 bytes each

std::shared_ptr<spdlog::async_logger> writer;
std::atomic<int> threshold{static_cast<int>(level::error) + 1};  // nothing until start()

std::string_view name_of(level at) {
    switch (at) {
        case level::debug: return "debug";
        case level::info: return "info";
        case level::warning: return "warning";
        case level::error: return "error";
    }
    return "error";
}

spdlog::level::level_enum native(level at) {
    switch (at) {
        case level::debug: return spdlog::level::debug;
        case level::info: return spdlog::level::info;
        case level::warning: return spdlog::level::warn;
        case level::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

// Ends between characters; the last three say that there was more.
void append_text(std::string& line, std::string_view text) {
    if (text.size() <= longest_text)
        return json::append_string(line, text);
    std::size_t end = longest_text;
    while (end > longest_text - 4 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    json::append_string(line, text.substr(0, end));
    line.insert(line.size() - 1, "...");
}

void append_value(std::string& line, const field& each) {
    if (const auto* text = std::get_if<std::string_view>(&each.value))
        append_text(line, *text);
    else if (const auto* number = std::get_if<std::int64_t>(&each.value))
        json::append_integer(line, *number);
    else if (const auto* real = std::get_if<double>(&each.value))
        json::append_number(line, *real);
    else
        json::append_bool(line, std::get<bool>(each.value));
}

bool is_empty(const field& each) {
    const auto* text = std::get_if<std::string_view>(&each.value);
    return text != nullptr && text->empty();
}

void append_field(std::string& line, const field& each) {
    if (is_empty(each))
        return;
    line += ',';
    json::append_string(line, each.name);
    line += ':';
    append_value(line, each);
}

}  // namespace

void start(level least) {
    spdlog::init_thread_pool(queue_lines, 1);
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    writer = std::make_shared<spdlog::async_logger>("gateway", std::move(sink), spdlog::thread_pool(),
                                                    spdlog::async_overflow_policy::overrun_oldest);
    // The time and the opening brace come from spdlog's formatter; the rest of the object is the message.
    writer->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})", spdlog::pattern_time_type::utc);
    writer->set_level(native(least));
    writer->flush_on(spdlog::level::debug);
    threshold.store(static_cast<int>(least), std::memory_order_release);
}

void stop() {
    threshold.store(static_cast<int>(level::error) + 1, std::memory_order_release);
    if (!writer)
        return;
    // Writes what is queued and ends the writing thread; only then is the logger ours alone.
    spdlog::shutdown();
    writer.reset();
}

std::uint64_t dropped_lines() {
    const auto writing = spdlog::thread_pool();
    return writing ? writing->overrun_counter() : 0;
}

bool enabled(level at) noexcept {
    return static_cast<int>(at) >= threshold.load(std::memory_order_acquire);
}

void write(level at, std::string_view event, std::initializer_list<field> fields) {
    write(at, event, {}, fields);
}

void write(level at, std::string_view event, std::span<const field> about,
           std::initializer_list<field> fields) {
    if (!enabled(at))
        return;
    std::string line;
    line.reserve(512);
    line.append(R"("level":")").append(name_of(at)).append(R"(","event":)");
    json::append_string(line, event);
    for (const field& each : about)
        append_field(line, each);
    for (const field& each : fields)
        append_field(line, each);
    writer->log(native(at), spdlog::string_view_t{line.data(), line.size()});
}

}  // namespace gateway::log
