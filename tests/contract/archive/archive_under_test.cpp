#include "tests/contract/archive/archive_under_test.hpp"

#include "adapters/archive/folder_archive.hpp"
#include "adapters/s3/s3_archive.hpp"
#include "gateway/http_client/resolver.hpp"
#include "gateway/runtime/random_id.hpp"
#include "tests/support/s3_server.hpp"

#include <filesystem>

namespace tests {

namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

class folder_under_test final : public archive_under_test {
public:
    explicit folder_under_test(std::uint64_t largest_file) : archive_{{folder_.path(), largest_file}} {}

    gateway::audio_archive& archive() override { return archive_; }
    asio::awaitable<gateway::result<std::size_t>> remove_older_than(std::chrono::seconds age,
                                                                    std::size_t limit) override {
        return archive_.remove_older_than(age, limit);
    }
    void age(std::chrono::hours by) override {
        for (const auto& each : fs::recursive_directory_iterator{folder_.path()})
            if (each.is_regular_file())
                fs::last_write_time(each.path(), each.last_write_time() - by);
    }

private:
    end_to_end::scratch_folder folder_;
    adapters::archive::folder_archive archive_;
};

end_to_end::s3_server& server() {
    static end_to_end::s3_server one;
    return one;
}

adapters::s3::s3_settings settings_of(std::uint64_t largest_file, std::uint64_t part_size) {
    using end_to_end::s3_server;
    adapters::s3::s3_settings settings;
    settings.endpoint = server().url();
    settings.region = s3_server::region;
    settings.bucket = s3_server::bucket;
    settings.prefix = gateway::random_id("test_", 12);  // nothing in it yet
    settings.keys = {s3_server::access_key_id, s3_server::secret_access_key, ""};
    settings.largest_file = largest_file;
    settings.part_size = part_size;
    return settings;
}

class s3_under_test final : public archive_under_test {
public:
    s3_under_test(asio::io_context& context, std::uint64_t largest_file, std::uint64_t part_size)
        : archive_{context.get_executor(), names_,
                   std::make_shared<adapters::s3::waiting_room>(folder_.path().string()),
                   settings_of(largest_file, part_size)} {}

    gateway::audio_archive& archive() override { return archive_; }
    asio::awaitable<gateway::result<std::size_t>> remove_older_than(std::chrono::seconds age,
                                                                    std::size_t limit) override {
        return archive_.remove_older_than(age, limit);
    }
    void age(std::chrono::hours by) override { server().age(by); }

private:
    end_to_end::scratch_folder folder_;
    gateway::http_client::resolver names_;
    adapters::s3::s3_archive archive_;
};

constexpr std::uint64_t never_in_parts = 1ULL << 40;
constexpr std::uint64_t smallest_part = 5 * 1024 * 1024;

}  // namespace

archive_kind folder_kind() {
    return {"Folder", [](asio::io_context&, std::uint64_t largest) -> std::unique_ptr<archive_under_test> {
                return std::make_unique<folder_under_test>(largest);
            }};
}

archive_kind s3_kind() {
    return {"S3",
            [](asio::io_context& context, std::uint64_t largest) -> std::unique_ptr<archive_under_test> {
                return std::make_unique<s3_under_test>(context, largest, never_in_parts);
            }};
}

archive_kind s3_in_parts_kind() {
    return {"S3InParts",
            [](asio::io_context& context, std::uint64_t largest) -> std::unique_ptr<archive_under_test> {
                return std::make_unique<s3_under_test>(context, largest, smallest_part);
            }};
}

std::string mp3() {
    std::string all;
    for (int i = 0; i < 20; ++i)
        all += "\xff\xfb\x90" + std::string(1, '\0') + std::string(413, '\x55');
    return all;
}

}  // namespace tests
