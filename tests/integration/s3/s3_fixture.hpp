#pragma once
// An archive in a real object store, or behind one that fails, and short words for using it.

#include "adapters/s3/s3_archive.hpp"
#include "gateway/http_client/resolver.hpp"
#include "tests/integration/s3/faulty_store.hpp"
#include "tests/support/await.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/s3_server.hpp"
#include "tests/support/wav_file.hpp"

#include <gtest/gtest.h>

namespace tests {

using namespace std::chrono_literals;
using gateway::errc;
using gateway::result;

class s3_fixture : public testing::Test {
protected:
    s3_fixture();

    static end_to_end::s3_server& server();

    // Quick to lose patience.
    adapters::s3::s3_settings settings() const;
    adapters::s3::s3_settings behind(const faulty_store& store) const;

    adapters::s3::s3_archive& archive();
    result<gateway::stored_audio> store(const std::string& track, const std::string& bytes);
    std::string content(const std::string& track);
    bool is_there(const std::string& track);
    // How many uploads in parts nobody has finished, below this test's prefix.
    std::size_t unfinished();

    static constexpr std::uint64_t part = 5 * 1024 * 1024;
    static constexpr std::uint32_t three_parts = 2 * part + 1000;

    std::string prefix;
    end_to_end::scratch_folder folder;
    boost::asio::io_context context{1};
    gateway::http_client::resolver names;
    adapters::s3::s3_settings use;  // by archive(), when it is first asked for
    std::unique_ptr<adapters::s3::s3_archive> made;

private:
    boost::asio::awaitable<result<std::size_t>> count_unfinished();
};

}  // namespace tests
