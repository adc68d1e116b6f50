#pragma once
// What an end-to-end test stands on: simulator, store and gateway, started afresh for each test, in a folder
// of its own.

#include "tests/support/gateway_process.hpp"
#include "tests/support/http_responder.hpp"
#include "tests/support/music_client.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/simulator_process.hpp"

#include <gtest/gtest.h>

#include <list>
#include <memory>
#include <string>

namespace end_to_end {

enum class store_kind { memory, redis };
void PrintTo(store_kind store, std::ostream* out);  // for GoogleTest's messages

// The raw keys of the stage's keys file.
namespace raw_keys {
inline constexpr const char* alice = "ak_alice_51f0c2d97be84a03a6d1";  // org_abc123 and org_second
inline constexpr const char* bob = "ak_bob_c07d4be92f6a41c8b35e";      // org_abc123
inline constexpr const char* carol = "oak_live_carol_8ad7e1f04c";      // org_other
inline constexpr const char* reader = "ak_reader_77be01d2c4f9";        // may read, not create
inline constexpr const char* paused = "ak_paused_0b1c2d3e4f5a";
inline constexpr const char* deactivated = "ak_gone_9f8e7d6c5b4a";
inline constexpr const char* expired = "ak_expired_1a2b3c4d5e6f";
inline constexpr const char* slow = "ak_slow_6f5e4d3c2b1a";  // two creates a minute
}  // namespace raw_keys

std::vector<client_key> usual_keys();

class Stage : public testing::Test {
protected:
    explicit Stage(store_kind store = store_kind::memory) : store_{store} {}
    void TearDown() override;  // prints what the programs said when the test failed

    // Starts everything with `config` as it is then; the simulator's options are words of its command line.
    void start(const std::vector<std::string>& simulator_options = {});
    // A gateway on the same store and simulator; the first is named "gateway".
    std::unique_ptr<gateway_process> another_gateway(const std::string& name);
    void restart_gateway();  // as it was configured by then

    music_client as(const std::string& raw_key, const std::string& organization = "org_abc123") const {
        return {gateway->url(), raw_key, organization};
    }
    music_client alice() const { return as(raw_keys::alice); }

    // Where a program of its own finds the gateway that listens at `url`: through Prism as well, when the
    // test's own requests go there. Until the test's end, while gateways there come and go.
    std::string door_to(const std::string& url);

    // Where the gateway really serves what it calls public_url.
    http_reply play(const std::string& playback_url, const header_list& headers = {},
                    const std::string& method = "GET") const;

    std::string write_config() const;
    static std::string target_of(const std::string& url);  // path and query

    scratch_folder folder;
    gateway_config config;
    std::vector<client_key> keys = usual_keys();
    std::unique_ptr<tests::redis_server> redis;
    std::unique_ptr<simulator_process> simulator;
    std::unique_ptr<gateway_process> gateway;

private:
    store_kind store_;
    int starts_ = 0;
    std::list<http_responder> doors_;
};

// The same on both stores.
class StageOnStore : public Stage, public testing::WithParamInterface<store_kind> {
protected:
    StageOnStore() : Stage{GetParam()} {}
};

std::string name_of_store(const testing::TestParamInfo<store_kind>& info);

// The envelope around every error, taken apart after its shape has been checked.
struct error_envelope {
    std::string code;
    std::string type;
    std::string message;
    std::string system_message;
    boost::json::object details;
};

// Expects the documented envelope, all of it: keys and their order, status, trace id, time.
error_envelope expect_error(const http_reply& reply, int status);
void expect_error(const http_reply& reply, int status, std::string_view code, std::string_view type);

}  // namespace end_to_end

// Registers the suite for both stores.
#define ON_BOTH_STORES(Suite)                                                                                \
    INSTANTIATE_TEST_SUITE_P(Store, Suite,                                                                   \
                             testing::Values(end_to_end::store_kind::memory, end_to_end::store_kind::redis), \
                             end_to_end::name_of_store)
