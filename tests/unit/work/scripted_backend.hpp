#pragma once
// An upstream and a workshop that answer as a test says, and an archive that takes everything.

#include "gateway/domain/audio_workshop.hpp"
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
    std::function<lyrics_answer::any()> on_lyrics = [] { return lyrics_answer::written{"[Verse]\nRain"}; };
    std::function<fetch_answer::any(std::string)> on_fetch = [](std::string) -> fetch_answer::any {
        return fetch_answer::fetched{};
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
    to_come<lyrics_answer::any> write_lyrics(job, deadline) override {
        ++asked_for_lyrics;
        co_return on_lyrics();
    }
    to_come<fetch_answer::any> fetch(std::string url, audio_sink&, deadline) override {
        fetched.push_back(url);
        co_return on_fetch(std::move(url));
    }

    std::vector<std::string> created, looked_at, fetched;
    int asked_for_lyrics = 0;
    int asked_for_credits = 0;
};

class accepting_archive final : public audio_archive {
    class sink final : public audio_sink {
    public:
        explicit sink(std::optional<double> seconds) : seconds_{seconds} {}

    private:
        boost::asio::awaitable<result<void>> write(std::string) override { co_return result<void>{}; }
        boost::asio::awaitable<result<stored_audio>> keep() override {
            co_return stored_audio{"m4a", "audio/mp4", 1, seconds_};
        }
        std::optional<double> seconds_;
    };

    class source final : public audio_source {
        std::uint64_t size() const noexcept override { return 1; }
        boost::asio::awaitable<result<std::string>> read(std::uint64_t, std::size_t) override {
            co_return std::string{"x"};
        }
    };

public:
    std::optional<double> seconds = 30.0;  // of every file, as it says itself
    std::vector<std::string> begun, removed;

    boost::asio::awaitable<result<std::unique_ptr<audio_sink>>> begin(std::string track_id) override {
        begun.push_back(std::move(track_id));
        std::unique_ptr<audio_sink> made = std::make_unique<sink>(seconds);
        co_return made;
    }
    boost::asio::awaitable<result<std::unique_ptr<audio_source>>> open(std::string, std::string) override {
        std::unique_ptr<audio_source> made = std::make_unique<source>();
        co_return made;
    }
    boost::asio::awaitable<result<void>> remove(std::string track_id, std::string) override {
        removed.push_back(std::move(track_id));
        co_return result<void>{};
    }
};

// Finds every clip as long as a test says, and makes whatever is ordered.
class scripted_workshop final : public audio_workshop {
public:
    bool here = false;
    double clip_seconds = 60;
    int measured = 0;
    std::vector<master_order> ordered;
    std::function<result<stored_audio>(const master_order&)> on_make = [](const master_order& order) {
        return stored_audio{std::string{to_string(order.format)}, "audio/mp4", 1,
                            order.length_seconds.value_or(30)};
    };

    bool equipped() const noexcept override { return here; }
    boost::asio::awaitable<result<stored_audio>> make(master_order order, deadline) override {
        ordered.push_back(order);
        co_return on_make(order);
    }
    boost::asio::awaitable<result<measured_audio>> measure(archived_audio, deadline) override {
        ++measured;
        co_return measured_audio{clip_seconds, clip_seconds};
    }
};

}  // namespace gateway::work
