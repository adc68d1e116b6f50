#pragma once
// One file on its way into the bucket: collected in the waiting room, uploaded by keep().

#include "adapters/s3/s3_archive.hpp"
#include "adapters/s3/upload.hpp"

#include <deque>

namespace adapters::s3 {

struct s3_archive::shared {
    std::shared_ptr<bucket_link> link;
    std::uint64_t largest_file = 0;
    std::uint64_t part_size = 0;
    std::chrono::milliseconds keep_timeout{0};

    // Uploads that were cancelled in the middle, by key: to be given up when somebody has the time.
    std::deque<std::pair<std::string, std::string>> left_behind;
};

class s3_sink final : public gateway::audio_sink {
public:
    s3_sink(std::string track_id, std::shared_ptr<gateway::media::partial_file> file,
            std::shared_ptr<s3_archive::shared> archive, std::shared_ptr<waiting_room> room)
        : track_id_{std::move(track_id)},
          file_{std::move(file)},
          archive_{std::move(archive)},
          room_{std::move(room)} {}
    ~s3_sink() override;

    boost::asio::awaitable<gateway::result<void>> write(std::string bytes) override;
    boost::asio::awaitable<gateway::result<gateway::stored_audio>> keep() override;

private:
    boost::asio::awaitable<gateway::result<gateway::stored_audio>> store();
    boost::asio::awaitable<void> remove_other_formats(std::string kept, gateway::deadline by);

    std::string track_id_;
    std::uint64_t size_ = 0;
    bool usable_ = true;  // false while a call is on its way, and for good after one that did not succeed
    std::shared_ptr<gateway::media::partial_file> file_;
    std::shared_ptr<s3_archive::shared> archive_;
    std::shared_ptr<waiting_room> room_;
};

}  // namespace adapters::s3
