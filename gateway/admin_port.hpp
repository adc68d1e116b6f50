#pragma once
// The admin port as a whole: health and metrics, and the console beside them. Beside main, since it sees the
// console and the face, whose signed addresses the console plays audio by.

#include "adapters/aitronos/media.hpp"
#include "gateway/console/console.hpp"
#include "gateway/http/mounted.hpp"

#include <memory>

namespace gateway {

// Signatures are those of clients' playback URLs: whoever holds one may hear the same audio on either port.
class signed_player final : public console::audio_player {
public:
    // Both outlive it; `urls` may be exchanged for others meanwhile.
    signed_player(audio_archive& archive, const adapters::aitronos::playback_urls& urls)
        : urls_{urls}, media_{archive, urls} {}

    std::string address_of(const job& of) const override;
    boost::asio::awaitable<http::response> play(const http::request& incoming,
                                                std::string file) const override;

private:
    const adapters::aitronos::playback_urls& urls_;
    adapters::aitronos::media media_;
};

// Used on one thread.
class admin_port final : public http::handler {
public:
    struct plan {
        std::unique_ptr<http::handler> health;
        job_store& store;
        job_survey& survey;
        service::generations& generations;
        const service::gate_view& gates;
        audio_archive& archive;
        const adapters::aitronos::playback_urls& urls;
        std::function<console::operating_facts()> facts;
        console::access_settings who;
    };
    explicit admin_port(plan from);

    boost::asio::awaitable<http::response> handle(http::request incoming) override {
        return both_.handle(std::move(incoming));
    }
    http::response refuse(http::refusal_kind kind, const std::string& request_id) override {
        return both_.refuse(kind, request_id);
    }

private:
    std::unique_ptr<http::handler> health_;
    signed_player player_;
    console::console console_;
    http::mounted both_;
};

}  // namespace gateway
