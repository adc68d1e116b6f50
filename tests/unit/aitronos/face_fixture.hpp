#pragma once
// The face in front of a scripted store and archive: requests in, responses out, no sockets.

#include "adapters/aitronos/face.hpp"

#include "tests/unit/aitronos/recorded_archive.hpp"
#include "tests/unit/service/recording_starter.hpp"
#include "tests/unit/service/run.hpp"
#include "tests/unit/service/scripted_store.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

class face_fixture : public testing::Test {
protected:
    using method = gateway::http::method;
    using response = gateway::http::response;

    face_fixture() { service.use(rules()); }

    static std::shared_ptr<gateway::service::policy> rules() {
        auto key = [](std::string_view raw, std::string user) {
            gateway::api_key one;
            one.sha256 = gateway::sha256(raw);
            one.user = std::move(user);
            one.organizations = {"org_a", "org with space"};
            one.capabilities = {std::string{gateway::music_capability}};
            return one;
        };
        std::vector<gateway::api_key> keys{key("good", "usr_1"), key("second", "usr_2"),
                                           key("reader", "usr_3"), key("slow", "usr_1"),
                                           key("paused", "usr_1")};
        keys[2].capabilities.clear();
        keys[3].requests_per_minute = 1;
        keys[4].state = gateway::key_state::paused;
        auto made = std::make_shared<gateway::service::policy>(std::move(keys), false);
        gateway::engine studio;
        studio.engine_key = "studio";
        studio.display_name = "Studio";
        studio.model = "FUZZ-2.0";
        made->engines = {studio};
        return made;
    }

    static gateway::http::request ask(method how, std::string path, std::string body = {},
                                      std::string key = "good") {
        gateway::http::request incoming;
        incoming.method = how;
        const auto mark = path.find('?');
        incoming.path = path.substr(0, mark);
        if (mark != std::string::npos)
            incoming.query = path.substr(mark + 1);
        if (!key.empty())
            incoming.headers.emplace_back("x-api-key", std::move(key));
        incoming.body = std::move(body);
        incoming.request_id = "req_test";
        return incoming;
    }

    response answer(gateway::http::request incoming) { return run(face.handle(std::move(incoming))); }
    response get(std::string path, std::string key = "good") {
        return answer(ask(method::get, std::move(path), {}, std::move(key)));
    }
    response post(std::string path, std::string body = {}, std::string key = "good") {
        return answer(ask(method::post, std::move(path), std::move(body), std::move(key)));
    }

    static boost::json::value json(const response& from) { return boost::json::parse(from.body); }
    static std::string code(const response& from) {
        return std::string{json(from).at("error").at("code").as_string()};
    }
    static std::string bad_field(const response& from) {
        const auto body = json(from);
        const auto* field = body.at("error").at("details").as_object().if_contains("field");
        return field ? std::string{field->as_string()} : "";
    }
    static std::string header(const response& from, std::string_view name) {
        for (const auto& [each, value] : from.headers)
            if (each == name)
                return value;
        return "(none)";
    }

    gateway::job& succeeded(const std::string& suffix, const std::string& user = "usr_1") {
        auto& job = store.put("mgen_" + suffix, {"org_a", user}, gateway::job_status::succeeded);
        gateway::stored_audio audio;
        audio.extension = "mp3";
        audio.mime_type = "audio/mpeg";
        audio.duration_seconds = 12.5;
        job.state.audio = audio;
        archive.files["mtrack_" + suffix + ".mp3"] = "0123456789";
        return job;
    }

    static adapters::aitronos::playback_settings playback() {
        adapters::aitronos::playback_settings all;
        all.public_url = "http://music.test";
        all.signing_keys = {"secret"};
        return all;
    }

    const std::string generations{"/v1/music/org_a/generations"};
    const std::string order{R"({"engine":"studio","prompt":"fog","duration_seconds":120})"};

    scripted_store store;
    recording_starter starter;
    recorded_archive archive;
    gateway::service::gate_view gates;
    gateway::service::generations service{store, starter, gates, nullptr};
    adapters::aitronos::playback_urls urls{playback()};
    gateway::service::failed_attempts failures;
    adapters::aitronos::face face{service, archive, urls, failures};
};
