#pragma once
// A client of the Aitronos Music API, as thin as the cURL line in its documentation.

#include "tests/support/http_client.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace end_to_end {

// An order that any engine takes, with a prompt that tells its task from all others.
boost::json::object an_order(const std::string& prompt = "a quiet piece for piano");

class music_client {
public:
    music_client(std::string url, std::string key, std::string organization = "org_abc123")
        : url_{std::move(url)}, key_{std::move(key)}, organization_{std::move(organization)} {}

    const std::string& url() const noexcept { return url_; }
    std::string path(const std::string& rest) const { return "/v1/music/" + organization_ + rest; }

    http_reply create(const boost::json::object& order, const header_list& further = {}) const;
    http_reply create_text(const std::string& body, const header_list& further = {}) const;
    http_reply get(const std::string& job_id) const;
    http_reply list(const std::string& query = "") const;
    http_reply cancel(const std::string& job_id) const;
    http_reply engines() const;
    http_reply track(const std::string& track_id) const;
    http_reply call(const std::string& method, const std::string& rest,
                    const header_list& further = {}) const;

    // The id of a job that was answered 202; throws with the answer otherwise.
    std::string created(const boost::json::object& order, const header_list& further = {}) const;
    boost::json::object job(const std::string& job_id) const;  // throws unless 200
    std::string status(const std::string& job_id) const;

    // Reads the job again and again until its status is this one; throws with the job when it ends otherwise,
    // or never.
    boost::json::object wait_for(const std::string& job_id, const std::string& status,
                                 milliseconds within = patience) const;
    boost::json::object wait_for_end(const std::string& job_id, milliseconds within = patience) const;

private:
    http_reply send(http_request what, const header_list& further) const;

    std::string url_;
    std::string key_;
    std::string organization_;
};

bool is_terminal(const std::string& status);
std::string text(const boost::json::object& from, std::string_view member);  // "" for null

}  // namespace end_to_end
