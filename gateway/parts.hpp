#pragma once
// What the process is made of: what all its threads share, and what lives on each. The one place where ports
// meet the adapters behind them.

#include "adapters/aitronos/face.hpp"
#include "adapters/ffmpeg/workshop.hpp"
#include "adapters/memory/job_store.hpp"
#include "adapters/producer/client.hpp"
#include "adapters/producer/webhook_route.hpp"
#include "adapters/redis/job_store.hpp"
#include "config/load.hpp"
#include "gateway/app/measured_backend.hpp"
#include "gateway/app/measured_store.hpp"
#include "gateway/app/measured_workshop.hpp"
#include "gateway/app/readiness.hpp"
#include "gateway/app/service_thread.hpp"
#include "gateway/http/mounted.hpp"
#include "gateway/kept_audio.hpp"
#include "gateway/service/failed_attempts.hpp"
#include "gateway/service/gate_view.hpp"
#include "gateway/service/generations.hpp"
#include "gateway/work/circuit.hpp"
#include "gateway/work/credit_watch.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace gateway {

// Any thread may use them; they outlive all threads.
struct shared_parts {
    metrics counts;
    app::readiness state;
    service::gate_view gates;
    service::failed_attempts failures;
    work::circuits upstream;
    adapters::memory::job_store memory;  // used only with store.kind memory
    http_client::resolver& names;
    kept_audio audio;
    adapters::ffmpeg::equipment tools;
    adapters::aitronos::playback_urls urls;
    std::optional<adapters::redis::address> redis;
    std::shared_ptr<adapters::redis::write_marks> writes = std::make_shared<adapters::redis::write_marks>();
};

class parts final : public app::thread_parts {
public:
    // `number` 0 is the thread that does what is done once for the process. All but the context and `shared`
    // are copied; those outlive this.
    parts(boost::asio::io_context& context, std::size_t number, shared_parts& shared,
          const config::settings& values, service::policy_ptr clients, work::work_policy_ptr work);

    // With their time taken.
    job_store& store() { return *store_; }
    job_survey& survey();
    service::generations& generations() { return *generations_; }
    audio_archive& archive() { return audio_.archive(); }
    const service::policy_ptr& rules() const { return generations_->current(); }

    http::handler& face() override;
    work::worker& worker() override { return *worker_; }
    std::vector<boost::asio::awaitable<void>> background() override;
    void use(const app::reload& changed) override;
    boost::asio::awaitable<void> close() override;

private:
    bool first_;
    shared_parts& shared_;
    milliseconds retention_;
    kept_audio::on_thread audio_;
    adapters::ffmpeg::workshop workshop_;
    app::measured_workshop audio_work_;
    adapters::producer::client producer_;
    app::measured_backend backend_;
    std::unique_ptr<adapters::redis::job_store> redis_;
    std::unique_ptr<app::measured_store> store_;
    std::unique_ptr<work::worker> worker_;
    std::unique_ptr<service::generations> generations_;
    std::unique_ptr<adapters::aitronos::face> face_;
    std::unique_ptr<adapters::producer::webhook_route> hooks_;  // with webhooks on
    std::unique_ptr<http::mounted> front_;                      // likewise: both on one port
    std::unique_ptr<work::credit_watch> watch_;
};

}  // namespace gateway
