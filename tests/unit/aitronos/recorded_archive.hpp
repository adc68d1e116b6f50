#pragma once
// An archive of files in memory, which remembers what was read and can fail.

#include "gateway/domain/audio_archive.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

class recorded_archive final : public gateway::audio_archive {
public:
    template <class T>
    using answer = boost::asio::awaitable<gateway::result<T>>;

    std::map<std::string, std::string> files;      // "<track>.<extension>"
    boost::system::error_code failure;             // of open()
    std::size_t breaks_after = std::string::npos;  // reads from there on fail
    std::uint64_t lost_bytes = 0;                  // files claim to be so much longer than they are
    int opened = 0;
    std::vector<std::pair<std::uint64_t, std::size_t>> reads;

    answer<std::unique_ptr<gateway::audio_sink>> begin(std::string) override {
        co_return make_error_code(gateway::errc::archive_failed);
    }
    answer<std::unique_ptr<gateway::audio_source>> open(std::string track_id,
                                                        std::string extension) override {
        ++opened;
        if (failure)
            co_return failure;
        const auto found = files.find(track_id + '.' + extension);
        if (found == files.end())
            co_return make_error_code(gateway::errc::not_found);
        co_return std::unique_ptr<gateway::audio_source>{std::make_unique<source>(*this, found->second)};
    }
    answer<void> remove(std::string, std::string) override { co_return gateway::result<void>{}; }

private:
    class source final : public gateway::audio_source {
    public:
        source(recorded_archive& archive, std::string bytes) : archive_{archive}, bytes_{std::move(bytes)} {}
        std::uint64_t size() const noexcept override { return bytes_.size() + archive_.lost_bytes; }
        answer<std::string> read(std::uint64_t offset, std::size_t most) override {
            archive_.reads.emplace_back(offset, most);
            if (offset >= archive_.breaks_after)
                co_return make_error_code(gateway::errc::archive_failed);
            co_return bytes_.substr(std::min<std::size_t>(offset, bytes_.size()), most);
        }

    private:
        recorded_archive& archive_;
        std::string bytes_;
    };
};
