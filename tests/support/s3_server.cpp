#include "tests/support/s3_server.hpp"

#include "tests/support/http_client.hpp"

#include <stdexcept>

namespace end_to_end {

s3_server::s3_server(const std::string& certificate, const std::string& private_key) {
    program what{S3_SERVER_PROGRAM, {(folder_.path() / "store").string()}};
    if (!certificate.empty())
        what.arguments.insert(what.arguments.end(),
                              {"--certificate", certificate, "--private-key", private_key});
    child_ = std::make_unique<child_process>(what, folder_.path(), "s3-server");
    port_ = static_cast<std::uint16_t>(std::stoi(child_->wait_for_line("listening on ")));
}

void s3_server::age(std::chrono::seconds by) const {
    const auto reply = ask_directly(url(), {"POST", "/control/age?seconds=" + std::to_string(by.count())});
    if (reply.status != 200)
        throw std::runtime_error("the objects could not be made older: " + reply.body);
}

}  // namespace end_to_end
