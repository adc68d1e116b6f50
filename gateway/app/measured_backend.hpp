#pragma once
// The music backend as the work sees it: says of each call how long it took.

#include "gateway/domain/music_backend.hpp"
#include "gateway/runtime/metrics.hpp"

namespace gateway::app {

// One per thread, used on that thread; both it is given outlive it.
class measured_backend final : public music_backend {
public:
    measured_backend(music_backend& inner, metrics& counts);

    boost::asio::awaitable<create_answer::any> create(job order, engine with, deadline by) override;
    boost::asio::awaitable<task_answer::any> look(std::string task_id, std::string traceparent,
                                                  deadline by) override;
    boost::asio::awaitable<credits_answer::any> credits(deadline by) override;
    boost::asio::awaitable<lyrics_answer::any> write_lyrics(job order, deadline by) override;
    boost::asio::awaitable<fetch_answer::any> fetch(std::string url, audio_sink& into, deadline by) override;

private:
    music_backend& inner_;
    timing create_, look_, credits_, lyrics_, fetch_;
};

}  // namespace gateway::app
