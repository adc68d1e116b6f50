#pragma once
// The stand-in for the producer as a test sees it: the real program, its script, and what it has counted.

#include "tests/support/child_process.hpp"
#include "tests/support/http_client.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>

namespace end_to_end {

class simulator_process {
public:
    // `options`: further words of its command line. Tasks take a fifth of a second unless a script says
    // otherwise.
    simulator_process(const std::filesystem::path& folder, const std::vector<std::string>& options = {});

    const std::string& url() const noexcept { return url_; }
    const std::string& cdn_url() const noexcept { return cdn_url_; }
    static constexpr const char* api_key = "sk_simulator_0f5c77d2b1";

    // What every create gets from now on, as JSON of one behaviour: {"task": {"result": "failed"}}. Quick
    // unless it says.
    void by_default(const std::string& behaviour);
    // In front of what is there, `times` creates with `match` get `behaviour`. 0: all of them.
    void rule(const std::string& match, const std::string& behaviour, int times = 0);

    void set_credits(std::uint64_t credits, std::uint64_t extra = 0);
    void set_switches(const std::string& switches);  // {"unauthorized": true}
    void finish(const std::string& task_id, const std::string& result = "success");

    boost::json::object state() const;
    std::int64_t count(std::string_view member) const;  // a number at the top of the state
    boost::json::object task(
        std::size_t number = 0) const;       // in the order of their acceptance; throws when there is none
    boost::json::object last_order() const;  // the body of the youngest accepted create

    // Stops answering altogether, and comes back on the same addresses with nothing in its memory: they are
    // none that the kernel gives to others meanwhile.
    void stop() { child_->stop(); }
    void restart();

private:
    void start(const std::string& listen, const std::string& cdn_listen);
    void control(const std::string& method, const std::string& path, const std::string& body) const;

    std::filesystem::path folder_;
    std::vector<std::string> options_;
    std::optional<child_process> child_;
    int starts_ = 0;
    std::string url_;
    std::string cdn_url_;
};

}  // namespace end_to_end
