#pragma once
// An archive in a temporary folder, and small audio files to put into it.

#include "adapters/archive/folder_archive.hpp"
#include "gateway/domain/error.hpp"
#include "gateway/runtime/random_id.hpp"
#include "tests/integration/archive/awaiting.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>

namespace tests {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using adapters::archive::folder_archive;
using adapters::archive::folder_settings;
using gateway::errc;
using gateway::result;

inline std::string little(std::uint32_t value, int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
}

// A WAV file of `held` bytes of sound, 1000 a second, each being `sample`.
inline std::string wav(std::uint32_t held, char sample = 's') {
    return "RIFF" + little(36 + held, 4) + "WAVEfmt " + little(16, 4) + little(1, 2) + little(1, 2) +
           little(1000, 4) + little(1000, 4) + little(1, 2) + little(8, 2) + "data" + little(held, 4) +
           std::string(held, sample);
}

inline std::string mp3() {
    std::string all;
    for (int i = 0; i < 20; ++i)
        all += "\xff\xfb\x90" + std::string(1, '\0') + std::string(413, '\x55');
    return all;
}

class FolderArchive : public testing::Test {
protected:
    FolderArchive() : root{fs::temp_directory_path() / gateway::random_id("archive_test_", 16)} {}
    ~FolderArchive() override {
        close_archive();  // its threads may still be removing files
        fs::remove_all(root);
    }

    folder_archive& archive() {
        if (!archive_)
            archive_ = std::make_unique<folder_archive>(folder_settings{root / "audio", largest});
        return *archive_;
    }
    void close_archive() { archive_.reset(); }

    std::unique_ptr<gateway::audio_sink> begin(const std::string& track) {
        auto sink = tests::await(context, archive().begin(track));
        return sink ? std::move(*sink) : nullptr;
    }
    result<gateway::stored_audio> store(const std::string& track, const std::string& bytes) {
        auto sink = begin(track);
        if (!sink)
            return make_error_code(errc::internal);
        if (const auto written = tests::await(context, sink->write(bytes)); !written)
            return written.error();
        return tests::await(context, sink->keep());
    }
    result<std::unique_ptr<gateway::audio_source>> open(const std::string& track,
                                                        const std::string& extension) {
        return tests::await(context, archive().open(track, extension));
    }
    result<std::string> read(gateway::audio_source& source, std::uint64_t offset, std::size_t most) {
        return tests::await(context, source.read(offset, most));
    }
    std::string content(const std::string& track, const std::string& extension) {
        const auto source = open(track, extension);
        if (!source)
            return source.error().message();
        return read(**source, 0, 1 << 30).value();
    }
    std::set<std::string> names_in(const fs::path& folder) {
        std::set<std::string> names;
        std::error_code none;
        for (const auto& entry : fs::directory_iterator{root / "audio" / folder, none})
            names.insert(entry.path().filename());
        return names;
    }
    void put(const fs::path& name, std::chrono::hours age) {
        const auto path = root / "audio" / name;
        fs::create_directories(path.parent_path());
        std::ofstream{path} << "old";
        fs::last_write_time(path, fs::file_time_type::clock::now() - age);
    }

    fs::path root;
    std::uint64_t largest = 1 << 20;
    asio::io_context context{1};

private:
    std::unique_ptr<folder_archive> archive_;
};

}  // namespace tests
