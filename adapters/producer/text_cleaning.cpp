#include "adapters/producer/text_cleaning.hpp"

#include "adapters/producer/revealing_words.hpp"
#include "adapters/producer/utf8.hpp"
#include "gateway/runtime/ascii.hpp"

#include <algorithm>

namespace adapters::producer {

namespace {

constexpr std::size_t longest = 300;             // code points, reference/producer-api 6.1
constexpr std::size_t most_examined = 8 * 1024;  // bytes; nobody reads further
constexpr std::size_t least_of_secret = 4;       // characters of its beginning that tell anything
constexpr std::string_view removed{"[removed]"};
constexpr std::string_view separators{" \"'`<>()[]{},;=|\\"};

namespace ascii = gateway::ascii;

// Controls, and what changes the direction of, or hides in, a line of text.
bool invisible(char32_t c) noexcept {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0x00AD;
}

// A program's account of where it was is for its makers alone. Looked for while lines are still lines.
std::string_view without_trace(std::string_view text) noexcept {
    for (const std::string_view begin :
         {"Traceback (most recent", "Stack trace", "stack trace", "Stacktrace", "stacktrace", "StackTrace",
          "\nat ", "\n at ", "\n  at ", "\n    at ", "\n\tat ", "\\n    at ", "\\n\\tat ", "goroutine "})
        text = text.substr(0, text.find(begin));
    return text;
}

// "C:\Users\x" and "\\server\share", to be taken out before a backslash is no more than a separator.
std::string without_backslash_paths(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto slash = text.find('\\');
        const bool drive = slash != std::string_view::npos && slash >= 2 && text[slash - 1] == ':' &&
                           ascii::is_alphanumeric(text[slash - 2]) && slash + 1 < text.size() &&
                           ascii::is_alphanumeric(text[slash + 1]) &&
                           (slash == 2 || !ascii::is_alphanumeric(text[slash - 3]));
        const bool share = slash != std::string_view::npos && text.substr(slash).starts_with("\\\\") &&
                           slash + 2 < text.size() && ascii::is_alphanumeric(text[slash + 2]);
        if (!drive && !share) {
            const auto kept = slash == std::string_view::npos ? text.size() : slash + 1;
            out.append(text.substr(0, kept));
            text.remove_prefix(kept);
            continue;
        }
        out.append(text.substr(0, drive ? slash - 2 : slash)).append(removed);
        text.remove_prefix(std::min(text.find_first_of(" \"'`<>,;()", slash), text.size()));
    }
    return out;
}

// Well-formed, visible, with single spaces.
std::string plain(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const code_point next = first_code_point(text);
        const bool gap = next.valid && (next.value == '\t' || next.value == '\n' || next.value == '\r' ||
                                        next.value == ' ' || next.value == 0xA0);
        if (gap && !out.empty() && out.back() != ' ')
            out += ' ';
        else if (!gap && next.valid && !invisible(next.value))
            out.append(text.substr(0, next.length));
        text.remove_prefix(next.length);
    }
    return out;
}

std::string without_urls(std::string_view text) {
    std::string out;
    for (auto sign = text.find("://"); sign != std::string_view::npos; sign = text.find("://")) {
        std::size_t begin = sign;
        while (begin > 0 && (ascii::is_alphanumeric(text[begin - 1]) || text[begin - 1] == '+'))
            --begin;
        auto end = std::min(text.find_first_of(" \"'`<>", sign), text.size());
        while (end > sign + 3 && std::string_view{").,;!?]}"}.find(text[end - 1]) != std::string_view::npos)
            --end;  // the sentence's, not the address's
        out.append(text.substr(0, begin)).append(removed);
        text.remove_prefix(end);
    }
    return out.append(text);
}

std::string without_names(std::string_view text) {
    std::string out;
    secret_watch watch;
    while (!text.empty()) {
        const auto begin = std::min(text.find_first_not_of(separators), text.size());
        const auto gap = text.substr(0, begin);
        out.append(gap);
        text.remove_prefix(begin);
        const auto end = std::min(text.find_first_of(separators), text.size());
        const auto word = text.substr(0, end);
        if (word.empty())
            break;
        const bool secret = watch.is_secret(gap, word);
        out.append(secret || revealing(word) ? removed : word);
        text.remove_prefix(end);
    }
    return out;
}

}  // namespace

std::string cleaned(std::string_view text) {
    const std::string whole = plain(without_trace(text.substr(0, most_examined)));
    const std::string safe = without_names(without_urls(without_backslash_paths(whole)));
    std::string_view cut = first_code_points(safe, longest);
    while (cut.ends_with(' '))
        cut.remove_suffix(1);
    return std::string{cut};
}

std::string without_secret(std::string text, std::string_view secret) {
    if (secret.empty())
        return text;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + removed.size()))
        text.replace(at, secret.size(), removed);
    // Upstream's words are cut somewhere, perhaps in the middle of it.
    for (std::size_t kept = std::min(secret.size(), text.size()); kept >= least_of_secret; --kept)
        if (text.ends_with(secret.substr(0, kept)))
            return text.replace(text.size() - kept, kept, removed);
    return text;
}

}  // namespace adapters::producer
