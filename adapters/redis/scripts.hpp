#pragma once
// The Lua scripts, each one atomic step of the store. Their texts are adapters/redis/lua/*.lua, embedded by
// the build.

#include "adapters/redis/connection.hpp"

#include <string>
#include <string_view>

namespace adapters::redis {

class script {
public:
    // The text is the prelude with its parts, and the body; both live as long as the program.
    script(std::string_view prelude, std::string_view body);

    const std::string& text() const noexcept { return text_; }
    const std::string& sha1() const noexcept {
        return sha1_;
    }  // as Redis names it: 40 hexadecimal characters

private:
    std::string text_;
    std::string sha1_;
};

extern const script cancel_script, change_gates_script, claim_script, condemn_script, count_ends_script,
    create_script, find_replay_script, glance_script, list_script, overview_script, read_gates_script,
    recall_script, renew_script, save_script, summon_script;

// Runs the script by its digest; a server that has forgotten it (restart, SCRIPT FLUSH) is sent the text,
// once. What the script answered, never an error reply: that is store_unavailable, whatever its reason
// (READONLY, LOADING, OOM, MISCONF, CLUSTERDOWN, a failing script ...), with the reason in the log. Otherwise
// fails as connection::send. `what` and `over` must outlive the call.
boost::asio::awaitable<gateway::result<reply>> run(const script& what, connection& over, std::string prefix,
                                                   argument_list arguments, gateway::deadline by);

}  // namespace adapters::redis
