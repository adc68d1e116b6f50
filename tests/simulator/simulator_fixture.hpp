#pragma once
// For tests of the simulator itself: the real program on free ports, and a plain client that reports what
// really happened on the wire.

#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace simulator_test {

using std::chrono::milliseconds;

struct reply {
    enum ending { complete, cut, silent } how = complete;  // silent: nothing within the client's patience
    int status = 0;
    std::string body;
    std::map<std::string, std::string> headers;  // names in lower case
    milliseconds took{0};

    boost::json::value json() const;             // throws when the body is not JSON
    std::string text(const char* member) const;  // a string member of the JSON body
};

struct call {
    std::string method = "GET";
    std::string target;
    std::string body = {};
    std::map<std::string, std::string> headers = {};
    milliseconds patience{5000};
};

// One request on a connection of its own. `url`: "http://127.0.0.1:1234".
reply perform(const std::string& url, const call& what);

// The program, from start to SIGTERM.
class process {
public:
    explicit process(std::vector<std::string> arguments);
    ~process();
    process(const process&) = delete;
    process& operator=(const process&) = delete;

    // The next line of standard output; empty at its end.
    std::string read_line();
    std::string standard_error();
    void terminate();
    int exit_code();  // waits

private:
    pid_t pid_ = -1;
    int output_ = -1;
    int errors_ = -1;
};

class Simulator : public testing::Test {
protected:
    void SetUp() override { start({}); }
    void TearDown() override;

    // Starts afresh, with further options.
    void start(std::vector<std::string> options);

    reply control(const std::string& method, const std::string& path, const std::string& body = "");
    // Replaces the script by this default behaviour.
    void by_default(const std::string& behaviour);
    boost::json::value state();
    std::uint64_t counted(const char* member);
    boost::json::object only_task();

    static std::string create_body(const std::string& sound = "slow synth ballad");
    reply create(const std::string& body = create_body(), milliseconds patience = milliseconds{5000});
    std::string created(const std::string& body = create_body());  // the id of an accepted task
    reply poll(const std::string& task_id, milliseconds patience = milliseconds{5000});
    // Polls until `enough`, and returns the last answer.
    reply poll_until(const std::string& task_id, const std::function<bool(const reply&)>& enough);
    reply poll_to_success(const std::string& task_id);
    reply get(const std::string& url, std::map<std::string, std::string> headers = {});

    std::unique_ptr<process> program;
    std::string api;
    std::string cdn;
};

// Waits, with a deadline, for something that another process does.
bool eventually(const std::function<bool()>& holds);

}  // namespace simulator_test
