#pragma once
// An upstream that answers as a test says, and an archive that takes everything.

#include "gateway/domain/audio_archive.hpp"
#include "gateway/domain/music_backend.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gateway::work {

class scripted_backend final : public music_backend {
public:
    template <class T>
    using to_come = boost::asio::awaitable<T>;

    std::function<to_come<create_answer::any>(job)> on_create = [](job order) -> to_come<create_answer::any> {
        co_return create_answer::accepted{"task-" + order.id};
    };
    std::function<task_answer::any(std::string)> on_look = [](std::string task_id) -> task_answer::any {
        return task_answer::succeeded{{clip{"clip", "https://cdn/" + task_id, 30.0}}};
    };
    std::function<credits_answer::any()> on_credits = [] { return credits_answer::balance{1000}; };

    to_come<create_answer::any> create(job order, engine, deadline) override {
        created.push_back(order.id);
        auto answer = co_await on_create(std::move(order));
        co_return answer;
    }
    to_come<task_answer::any> look(std::string task_id, std::string, deadline) override {
        looked_at.push_back(task_id);
        co_return on_look(std::move(task_id));
    }
    to_come<credits_answer::any> credits(deadline) override {
        ++asked_for_credits;
        co_return on_credits();
    }
    to_come<fetch_answer::any> fetch(std::string, audio_sink&, deadline) override {
        co_return fetch_answer::fetched{};
    }

    std::vector<std::string> created, looked_at;
    int asked_for_credits = 0;
};

class accepting_archive final : public audio_archive {
    class sink final : public audio_sink {
        boost::asio::awaitable<result<void>> write(std::string) override { co_return result<void>{}; }
        boost::asio::awaitable<result<stored_audio>> keep() override {
            co_return stored_audio{"m4a", "audio/mp4", 1, 30.0};
        }
    };

public:
    boost::asio::awaitable<result<std::unique_ptr<audio_sink>>> begin(std::string) override {
        std::unique_ptr<audio_sink> made = std::make_unique<sink>();
        co_return made;
    }
    boost::asio::awaitable<result<std::unique_ptr<audio_source>>> open(std::string, std::string) override {
        co_return make_error_code(errc::not_found);
    }
    boost::asio::awaitable<result<void>> remove(std::string, std::string) override {
        co_return result<void>{};
    }
};

}  // namespace gateway::work
