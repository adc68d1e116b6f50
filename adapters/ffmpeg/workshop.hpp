#pragma once
// The audio workshop, with ffmpeg and ffprobe as child processes. What is decided: plan.hpp,
// loudness_plan.hpp; what the programs are asked: command_lines.hpp; what they may use: settings.hpp.

#include "adapters/ffmpeg/equipment.hpp"
#include "gateway/domain/audio_workshop.hpp"

#include <memory>

namespace adapters::ffmpeg {

// May be used from the threads of several io_contexts at once, if the archive may. Each call is resumed on
// its caller's executor; files and programs are the equipment's threads' business. A cancelled call goes on
// at once: its child is killed within milliseconds, its files are removed. Let calls end before their
// io_context is destroyed.
class workshop final : public gateway::audio_workshop {
public:
    // Both outlive it.
    workshop(equipment& shared, gateway::audio_archive& archive);

    bool equipped() const noexcept override;

    boost::asio::awaitable<gateway::result<gateway::stored_audio>> make(gateway::master_order order,
                                                                        gateway::deadline by) override;
    boost::asio::awaitable<gateway::result<gateway::measured_audio>> measure(gateway::archived_audio of,
                                                                             gateway::deadline by) override;

private:
    class errand;
    using errand_ptr = std::shared_ptr<errand>;
    class held_errand;

    boost::asio::awaitable<gateway::result<gateway::stored_audio>> make_in_time(gateway::master_order order,
                                                                                gateway::deadline by);
    boost::asio::awaitable<gateway::result<gateway::measured_audio>> measure_in_time(
        gateway::archived_audio of, gateway::deadline by);
    boost::asio::awaitable<gateway::result<errand_ptr>> begin(gateway::deadline by);
    boost::asio::awaitable<gateway::result<media_file>> fetch(errand_ptr mine, gateway::archived_audio from,
                                                              std::string name);
    boost::asio::awaitable<gateway::result<gateway::stored_audio>> deliver(errand_ptr mine, std::string name,
                                                                           std::string track_id);

    equipment& shared_;
    gateway::audio_archive& archive_;
};

}  // namespace adapters::ffmpeg
