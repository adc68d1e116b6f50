#pragma once
// A workshop over a real folder archive.

#include "adapters/archive/folder_archive.hpp"
#include "adapters/ffmpeg/workshop.hpp"
#include "tests/integration/ffmpeg/heard.hpp"
#include "tests/integration/ffmpeg/media.hpp"
#include "tests/support/await.hpp"
#include "tests/support/scratch_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace tests {

using gateway::deadline;
using gateway::errc;
using gateway::result;
using gateway::stored_audio;

inline constexpr std::chrono::minutes patient{3};

class workshop_test : public testing::Test {
protected:
    adapters::ffmpeg::workshop& workshop() {
        if (!workshop_) {
            rules.scratch = folder.path() / "scratch";
            equipment_ = std::make_unique<adapters::ffmpeg::equipment>(rules);
            workshop_ = std::make_unique<adapters::ffmpeg::workshop>(*equipment_, archive);
        }
        return *workshop_;
    }
    adapters::ffmpeg::equipment& equipment() {
        workshop();
        return *equipment_;
    }
    void close_workshop() {
        workshop_.reset();
        equipment_.reset();
    }

    // Puts it there as upstream's files get there, or, when the archive would know better, behind its back.
    gateway::archived_audio archived(const std::string& track, const std::string& extension,
                                     const std::string& bytes) {
        const auto path = path_of(track, extension);
        std::filesystem::create_directories(path.parent_path());
        std::ofstream{path, std::ios::binary} << bytes;
        return {track, extension};
    }
    gateway::archived_audio archived(const std::string& track, const music& what) {
        return archived(track, what.extension, bytes_of(what));
    }
    std::filesystem::path path_of(const std::string& track, const std::string& extension) const {
        return folder.path() / "audio" / track.substr(track.size() - 2) / (track + "." + extension);
    }

    static gateway::master_order ordered(std::string track, gateway::audio_format format,
                                         std::optional<double> seconds = std::nullopt) {
        gateway::master_order order;
        order.track_id = std::move(track);
        order.format = format;
        order.length_seconds = seconds;
        return order;
    }
    static gateway::master_order even(gateway::master_order order) {
        order.even_loudness = true;
        return order;
    }

    result<stored_audio> make(gateway::master_order order, deadline by = deadline::after(patient)) {
        return await(context, workshop().make(std::move(order), by), patient);
    }
    result<gateway::measured_audio> measure(gateway::archived_audio of,
                                            deadline by = deadline::after(patient)) {
        return await(context, workshop().measure(std::move(of), by), patient);
    }

    // What the workshop leaves in its scratch folder; its folders go a moment after the call.
    bool scratch_is_empty() const {
        std::error_code none;
        return std::filesystem::is_empty(folder.path() / "scratch", none);
    }

    end_to_end::scratch_folder folder;
    boost::asio::io_context context{1};
    adapters::archive::folder_archive archive{{.path = folder.path() / "audio"}};
    adapters::ffmpeg::settings rules = [] {
        adapters::ffmpeg::settings quick;
        quick.child.niceness = 0;  // the tests' time is somebody's, too
        return quick;
    }();

private:
    std::unique_ptr<adapters::ffmpeg::equipment> equipment_;
    std::unique_ptr<adapters::ffmpeg::workshop> workshop_;
};

}  // namespace tests
