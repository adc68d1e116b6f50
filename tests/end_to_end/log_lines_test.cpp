// Whatever clients, upstream and files say, the log stays one JSON object a line.
#include "tests/support/stage.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

namespace {

using namespace end_to_end;

// Quotes, the end of an object and the begin of another, ends of lines of all kinds, a terminal's commands.
const std::string poison =
    std::string{"mark-\"},\n{\"level\":\"error\",\"event\":\"forged\"}\r\n\t\\ \x1b[31m\x7f"} +
    "\xC2\x85\xC2\x9B"
    "0m\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAE";
const std::string no_utf8 = "mark-\xFF\xFE\xC0\xAF\xED\xA0\x80\xE2\x82";

std::string percent_coded(const std::string& text) {
    std::string out;
    for (const char each : text) {
        if ((each >= 'a' && each <= 'z') || each == '-') {
            out += each;
            continue;
        }
        char coded[4];
        std::snprintf(coded, sizeof coded, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(each)));
        out += coded;
    }
    return out;
}

class LogLines : public Stage {
protected:
    // Every line, and none that is not an object with these members; no byte that a terminal obeys.
    std::vector<boost::json::object> all() {
        std::vector<boost::json::object> lines;
        const std::string log = gateway->log();
        EXPECT_TRUE(log.ends_with('\n'));
        std::istringstream text{log};
        for (std::string line; std::getline(text, line);) {
            boost::system::error_code wrong;
            const auto read = boost::json::parse(line, wrong);  // which takes no invalid UTF-8
            if (wrong || !read.is_object()) {
                ADD_FAILURE() << "no JSON object: " << line;
                continue;
            }
            for (const char* member : {"time", "level", "event"})
                EXPECT_TRUE(read.as_object().contains(member)) << line;
            EXPECT_NE(read.at("event").as_string(), "forged");
            EXPECT_LT(line.size(), 64U * 1024);
            for (const char* sign : {"\xC2\x85", "\xC2\x9B", "\xE2\x80\xA8", "\xE2\x80\xA9"})
                EXPECT_EQ(line.find(sign), std::string::npos) << line;
            for (const char each : line)
                EXPECT_TRUE(static_cast<unsigned char>(each) >= 0x20 && each != 0x7F) << line;
            lines.push_back(read.as_object());
        }
        return lines;
    }
    // How many lines of this event have the mark in that member: the poison did arrive.
    static int marked(const std::vector<boost::json::object>& lines, std::string_view event,
                      std::string_view member) {
        int count = 0;
        for (const auto& line : lines)
            count += text(line, "event") == event && line.contains(member) &&
                             text(line, member).find("mark-") != std::string::npos
                         ? 1
                         : 0;
        return count;
    }
};

TEST_F(LogLines, StayWholeWhateverClientsSend) {
    config.set("log.level", "debug");
    start();
    const std::string key = std::string{"X-API-Key: "} + raw_keys::alice + "\r\n";
    const auto get = [&](const std::string& method, const std::string& target, const std::string& headers) {
        ask_raw(gateway->url(), method + " " + target +
                                    " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + headers +
                                    "\r\n");
    };
    for (const std::string& each :
         {percent_coded(poison), percent_coded(no_utf8), std::string{"mark-\"{},\xE2\x80\xA8"},
          "mark-" + std::string(12'000, 'x'), std::string{"mark-%00%0A%22"}}) {
        get("GET", "/v1/music/" + each + "/generations", key);
        get("GET", "/v1/music/org_abc123/generations/" + each, key);
        get("GET", "/v1/music/org_abc123/generations?cursor=" + each, key);
        get("GET", "/" + each, "");
        get("GET", "/media/" + each, "");
    }
    get("MARK-\"}", "/", "");
    for (const std::string& each :
         {std::string{"mark-\"},{\"a\":\""}, no_utf8, std::string{"mark-\x1b[31m"}}) {
        for (const char* name : {"X-Request-Id", "traceparent", "tracestate", "User-Agent", "X-Forwarded-For",
                                 "X-API-Key", "Authorization", "Idempotency-Key", "Content-Type", "Origin"})
            get("GET", "/v1/music/org_abc123/engines", key + name + ": " + each + "\r\n");
    }
    auto order = an_order(poison);
    order["title"] = poison;
    order["lyrics"] = poison + std::string{"\0", 1};
    alice().create(order);
    alice().create_text("{\"prompt\": \"" + no_utf8 + "\"}");
    alice().create_text(std::string(200'000, '{'));
    alice().wait_for_end(alice().created(an_order()));
    gateway->process().stop();

    const auto lines = all();
    EXPECT_GT(marked(lines, "request", "path"), 3);
    for (const auto& line : lines)
        EXPECT_EQ(boost::json::serialize(line).find("quiet piece"), std::string::npos) << "a prompt";
}

TEST_F(LogLines, StayWholeWhateverUpstreamAnswers) {
    config.set("log.level", "debug").set("producer.unknown_outcome.wait", "100ms");
    start();
    const auto quoted = [](const std::string& text) {
        return boost::json::serialize(boost::json::value(text));
    };
    const std::string message = quoted(poison + std::string{"\0", 1});
    const std::string huge = quoted("mark-" + std::string(1'000'000, 'y'));
    std::vector<std::string> behaviours;
    for (const auto& words : {message, huge}) {
        behaviours.push_back(R"({"create": {"answer": {"status": 400, "error": )" + words + "}}}");
        behaviours.push_back(R"({"create": {"answer": {"status": 500, "body": )" + words + "}}}");
        behaviours.push_back(R"({"task": {"result": "failed", "message": )" + words + "}}");
        behaviours.push_back(R"({"task": {"result": "refused", "message": )" + words + "}}");
    }
    std::vector<std::string> jobs;
    for (const auto& behaviour : behaviours) {
        simulator->by_default(behaviour);
        jobs.push_back(alice().created(an_order()));
        alice().wait_for_end(jobs.back());
    }
    gateway->process().stop();
    const auto lines = all();
    int said = 0;
    for (const char* member : {"reason", "note", "words", "why"})
        said += marked(lines, "submitted", member) + marked(lines, "looked", member) +
                marked(lines, "job_ended", member);
    EXPECT_GT(said, 3);
}

TEST_F(LogLines, StayWholeWhateverFilesAreCalledAndHold) {
    start();
    folder.write("keys.yaml", "- sha256: \"mark-" + std::string{"\\\"},\\n\\e[31m\\u2028"} +
                                  "\"\n  user: \"a\"\n  \"mark-\\n\\\"\": 1\n");
    gateway->process().signal(SIGHUP);
    ASSERT_TRUE(eventually([&] { return gateway->log().find("reload_refused") != std::string::npos; }));
    gateway->process().stop();
    EXPECT_EQ(marked(all(), "reload_refused", "problem"), 0)
        << "complaints repeat nothing, lest it be a secret";

    const auto strange = folder.path() / "mark-\"}\n\x1b[31m\xFF";
    std::filesystem::create_directory(strange);
    config.set("auth.keys_file", "'" + (folder.path() / "keys.yaml").string() + "'");
    write_config();
    std::filesystem::copy_file(folder.path() / "gateway.yaml", strange / "gateway.yaml");
    gateway =
        std::make_unique<gateway_process>(folder.path(), (strange / "gateway.yaml").string(), "strange");
    folder.write("gateway.yaml", "nonsense: 1\n");
    std::filesystem::copy_file(folder.path() / "gateway.yaml", strange / "gateway.yaml",
                               std::filesystem::copy_options::overwrite_existing);
    gateway->process().signal(SIGHUP);
    ASSERT_TRUE(eventually([&] { return gateway->log().find("reload_refused") != std::string::npos; }));
    gateway->process().stop();
    EXPECT_GT(marked(all(), "reload_refused", "problem"), 0);
}

}  // namespace
