// Lyrics in answers, and the call that asks for them.
#include "adapters/producer/lyrics_reader.hpp"
#include "tests/fuzz/answer_of.hpp"

#include <boost/json/parse.hpp>

namespace {

using fuzz::claim;

void check_call(std::string_view prompt) {
    gateway::generation_request request;
    request.prompt = prompt;
    request.style_tags = {std::string{prompt.substr(0, 20)}};
    boost::system::error_code failure;
    const auto body = boost::json::parse(adapters::producer::compose_lyrics_body(request), failure);
    claim(!failure && body.is_object() && body.get_object().contains("prompt"), "the call is a JSON object");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto answer = fuzz::answer_of({data, size});
    const std::string lyrics = adapters::producer::read_lyrics(answer);
    if (!lyrics.empty()) {
        claim(answer.status >= 200 && answer.status < 300, "only a 2xx holds lyrics");
        claim(gateway::json::is_utf8(lyrics), "lyrics are text");
        claim(lyrics.find_first_not_of(" \t\r\n") != std::string::npos, "lyrics are not blank");
        claim(lyrics.size() <= 3 * 5000, "lyrics are of bounded length");
    }
    check_call(answer.body);
    return 0;
}
