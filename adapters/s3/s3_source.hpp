#pragma once
// An object, read piece by piece: as much as is asked for at first, and ahead once somebody reads on.

#include "adapters/s3/bucket_link.hpp"
#include "gateway/domain/audio_archive.hpp"

#include <memory>
#include <string>

namespace adapters::s3 {

// The object as it was when it was looked at: another one under the same key ends the reading.
class s3_source final : public gateway::audio_source {
public:
    s3_source(std::shared_ptr<bucket_link> link, std::string key, std::uint64_t size, std::string etag)
        : link_{std::move(link)}, key_{std::move(key)}, size_{size}, etag_{std::move(etag)} {}

    std::uint64_t size() const noexcept override { return size_; }
    boost::asio::awaitable<gateway::result<std::string>> read(std::uint64_t offset,
                                                              std::size_t most) override;

private:
    boost::asio::awaitable<gateway::result<std::string>> fetch(std::uint64_t offset, std::uint64_t length);

    std::shared_ptr<bucket_link> link_;
    std::string key_;
    std::uint64_t size_;
    std::string etag_;
    std::string ahead_;             // bytes that were fetched and not yet read
    std::uint64_t ahead_from_ = 0;  // where they begin, or the next read would go on
};

}  // namespace adapters::s3
