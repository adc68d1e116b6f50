#include "gateway/app/measured_backend.hpp"

namespace gateway::app {

namespace asio = boost::asio;

namespace {

template <class Answer>
asio::awaitable<Answer> measured(timing& into, asio::awaitable<Answer> work) {
    const auto asked_at = deadline::clock::now();
    Answer answer = co_await std::move(work);
    into.observe(deadline::clock::now() - asked_at);
    co_return answer;
}

}  // namespace

measured_backend::measured_backend(music_backend& inner, metrics& counts)
    : inner_{inner},
      create_{counts.upstream_calls("create")},
      look_{counts.upstream_calls("task")},
      credits_{counts.upstream_calls("credits")},
      lyrics_{counts.upstream_calls("lyrics")},
      fetch_{counts.upstream_calls("fetch")} {}

asio::awaitable<create_answer::any> measured_backend::create(job order, engine with, deadline by) {
    return measured(create_, inner_.create(std::move(order), std::move(with), by));
}

asio::awaitable<task_answer::any> measured_backend::look(std::string task_id, std::string traceparent,
                                                         deadline by) {
    return measured(look_, inner_.look(std::move(task_id), std::move(traceparent), by));
}

asio::awaitable<credits_answer::any> measured_backend::credits(deadline by) {
    return measured(credits_, inner_.credits(by));
}

asio::awaitable<lyrics_answer::any> measured_backend::write_lyrics(job order, deadline by) {
    return measured(lyrics_, inner_.write_lyrics(std::move(order), by));
}

asio::awaitable<fetch_answer::any> measured_backend::fetch(std::string url, audio_sink& into, deadline by) {
    return measured(fetch_, inner_.fetch(std::move(url), into, by));
}

}  // namespace gateway::app
