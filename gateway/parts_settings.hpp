#pragma once
// From what the user wrote to what each part takes. Beside main, since it sees the configuration and the
// parts.

#include "adapters/aitronos/playback_url.hpp"
#include "adapters/ffmpeg/settings.hpp"
#include "adapters/producer/client.hpp"
#include "adapters/redis/job_store.hpp"
#include "adapters/s3/s3_archive.hpp"
#include "config/load.hpp"
#include "gateway/app/server.hpp"
#include "gateway/console/access.hpp"
#include "gateway/service/policy.hpp"
#include "gateway/work/work_policy.hpp"

#include <memory>
#include <optional>

namespace gateway {

service::policy_ptr client_policy(const config::loaded& from);
work::work_policy_ptr work_policy(const config::settings& from);
console::access_settings console_access(const config::settings& from);
app::server_plan plan_of(const config::settings& from, http::tls_settings tls);

adapters::aitronos::playback_settings playback_settings(const config::settings& from);
adapters::producer::client_settings producer_settings(const config::settings& from);
adapters::s3::s3_settings bucket_settings(const config::settings& from);
adapters::ffmpeg::settings audio_work_settings(const config::settings& from);
// `marks` are those of all threads.
adapters::redis::store_options redis_options(const config::settings& from, metrics& counts,
                                             std::shared_ptr<adapters::redis::write_marks> marks);

// Nothing while webhooks are off.
std::optional<adapters::producer::webhook_signer> webhooks_of(const config::settings& from);

// What clients of these engines don't get when the audio tools are missing, in a sentence; empty: they miss
// nothing.
std::string missed_without_audio_tools(const config::settings& from);

}  // namespace gateway
