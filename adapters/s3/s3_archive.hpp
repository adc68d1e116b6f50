#pragma once
// The audio archive in an S3-compatible object store. A file is written to a local folder first, since its
// format and duration are read from all over it, and since what was lost on the way can then be sent again.

#include "adapters/s3/bucket_place.hpp"
#include "adapters/s3/signing.hpp"
#include "gateway/domain/audio_archive.hpp"
#include "gateway/http_client/caller.hpp"
#include "gateway/media/spool.hpp"
#include "gateway/runtime/backoff.hpp"
#include "gateway/runtime/blocking_threads.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace adapters::s3 {

struct s3_settings {
    std::string endpoint;         // empty: Amazon's own, of the region
    std::string public_endpoint;  // where players find the store; empty: the endpoint
    std::string region = "us-east-1";
    std::string bucket;
    std::string prefix;  // a folder; may be empty
    credentials keys;    // never in a log or a reason
    addressing how = addressing::path;
    bool presign = false;               // players are sent to the store itself
    std::string certificate_authority;  // PEM file; empty: the system's

    std::uint64_t largest_file = 256ULL * 1024 * 1024;  // bytes
    std::uint64_t part_size = 8ULL * 1024 * 1024;       // larger files are uploaded in parts
    int attempts = 4;                                   // at each request
    std::chrono::milliseconds attempt_timeout{15'000};
    std::chrono::milliseconds upload_attempt_timeout{90'000};  // of a request that carries audio
    std::chrono::milliseconds keep_timeout{300'000};           // of a whole upload
    gateway::backoff between_attempts{std::chrono::milliseconds{200}, std::chrono::milliseconds{5'000}};
    gateway::http_client::caller_settings connections{};
    std::chrono::hours abandoned{24};                 // when an upload in parts is nobody's any more
    std::function<std::chrono::sys_seconds()> now{};  // nothing: the system's clock
};

// What the archives of all threads share: the folder where files wait for their upload, and the threads that
// touch it. Outlived by none of them: it is shared.
struct waiting_room {
    // Creates the folder with its parents. Throws std::runtime_error, with a sentence for the operator, when
    // it cannot be used.
    explicit waiting_room(const std::string& folder);

    gateway::media::spool files;
    gateway::blocking_threads threads;
};

class bucket_link;
class s3_sweep;

// For the one thread of its executor. Sinks and sources may outlive it. A cancelled call ends soon: what it
// had sent of an upload in parts is given up by keep_ready(), or by a later sweep.
//
// Names are as in the folder archive. Objects are <prefix>/<track>.<extension>, with Content-Type and
// Content-Disposition of their own.
class s3_archive final : public gateway::audio_archive {
public:
    // `names` outlives it. Connects to nothing. Throws std::exception with a sentence for the operator when a
    // setting cannot be used.
    s3_archive(boost::asio::any_io_executor executor, gateway::http_client::resolver& names,
               std::shared_ptr<waiting_room> room, s3_settings settings);
    ~s3_archive() override;

    // Keeps the store's addresses fresh, drops old connections and gives up what cancelled uploads left
    // behind, until cancelled.
    boost::asio::awaitable<void> keep_ready();

    boost::asio::awaitable<gateway::result<std::unique_ptr<gateway::audio_sink>>> begin(
        std::string track_id) override;
    boost::asio::awaitable<gateway::result<std::unique_ptr<gateway::audio_source>>> open(
        std::string track_id, std::string extension) override;
    std::optional<std::string> direct_url(std::string_view track_id, std::string_view extension,
                                          std::chrono::seconds ttl) override;
    boost::asio::awaitable<gateway::result<void>> remove(std::string track_id,
                                                         std::string extension) override;

    // Retention, for a timer: see s3_sweep.
    boost::asio::awaitable<gateway::result<std::size_t>> remove_older_than(std::chrono::seconds age,
                                                                           std::size_t limit);

    struct shared;  // what sinks and sources share with it

private:
    std::shared_ptr<waiting_room> room_;
    bucket_place public_place_;
    bool presign_;
    std::chrono::hours abandoned_;
    std::shared_ptr<shared> shared_;
    std::unique_ptr<s3_sweep> sweep_;
};

}  // namespace adapters::s3
