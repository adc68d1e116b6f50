#include "gateway/parts.hpp"

#include "gateway/parts_settings.hpp"
#include "gateway/runtime/log.hpp"

namespace gateway {

namespace asio = boost::asio;

namespace {

// Asks anew on each link, since after a fail-over another server is at its end, and now and then, since
// settings change while a server runs.
asio::awaitable<void> warn_of_unsafe_redis(adapters::redis::job_store& store, app::readiness& state) {
    constexpr std::chrono::seconds patience{5};
    constexpr std::chrono::seconds next_time{60};
    std::uint64_t warned_link = 0;
    co_await store.link().ready(deadline::never());
    for (;;) {
        const std::uint64_t link = store.link().links();
        auto sentences = co_await store.durability_warnings(deadline::after(patience));
        if (sentences && (link != warned_link || *sentences != state.warnings())) {
            warned_link = link;
            for (const std::string& sentence : *sentences)
                log::error("unsafe_store", {{"warning", sentence}});
            state.set_warnings(std::move(*sentences));
        }
        const auto by = deadline::after(sentences ? next_time : patience);
        const auto again = co_await store.link().ready_again(link, by);
        if (!again && is(again.error(), errc::store_unavailable))
            co_return;  // closed
    }
}

}  // namespace

parts::parts(asio::io_context& context, std::size_t number, shared_parts& shared,
             const config::settings& values, service::policy_ptr clients, work::work_policy_ptr work)
    : first_{number == 0},
      shared_{shared},
      retention_{values.store.retention},
      audio_{shared.audio.archive_on(context.get_executor())},
      workshop_{shared.tools, audio_.archive()},
      audio_work_{workshop_, shared.counts},
      producer_{context.get_executor(), shared.names, producer_settings(values)},
      backend_{producer_, shared.counts} {
    if (shared.redis)
        redis_ = std::make_unique<adapters::redis::job_store>(
            context, *shared.redis, redis_options(values, shared.counts, shared.writes));
    store_ = std::make_unique<app::measured_store>(redis_ ? static_cast<job_store&>(*redis_) : shared.memory,
                                                   shared.counts);
    job_store& store = *store_;
    worker_ = std::make_unique<work::worker>(context, store, backend_, audio_.archive(), audio_work_,
                                             shared.gates, shared.upstream, shared.counts, work);
    generations_ = std::make_unique<service::generations>(store, *worker_, shared.gates, std::move(clients));
    face_ = std::make_unique<adapters::aitronos::face>(*generations_, audio_.archive(), shared.urls,
                                                       shared.failures);
    if (auto signer = webhooks_of(values)) {
        hooks_ =
            std::make_unique<adapters::producer::webhook_route>(std::move(*signer), *worker_, shared.counts);
        front_ =
            std::make_unique<http::mounted>(std::string{adapters::producer::webhook_path}, *hooks_, *face_);
    }
    watch_ = std::make_unique<work::credit_watch>(store, backend_, shared.gates, shared.counts, work);
}

job_survey& parts::survey() {
    return redis_ ? static_cast<job_survey&>(*redis_) : shared_.memory;
}

http::handler& parts::face() {
    return front_ ? static_cast<http::handler&>(*front_) : *face_;
}

std::vector<asio::awaitable<void>> parts::background() {
    std::vector<asio::awaitable<void>> tasks;
    tasks.push_back(producer_.keep_ready());
    tasks.push_back(audio_.keep_ready());
    if (!first_)
        return tasks;
    tasks.push_back(watch_->run());
    tasks.push_back(audio_.sweep(retention_));
    if (redis_)
        tasks.push_back(warn_of_unsafe_redis(*redis_, shared_.state));
    return tasks;
}

void parts::use(const app::reload& changed) {
    generations_->use(changed.clients);
    worker_->use(changed.work);
    watch_->use(changed.work);
}

asio::awaitable<void> parts::close() {
    if (redis_)
        co_await redis_->close(std::chrono::seconds{1});
}

}  // namespace gateway
