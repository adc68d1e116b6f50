#pragma once
// From a finished file to an object: in one request when it is small, else in parts, so that a broken
// connection costs one part and not all of them.

#include "adapters/s3/answer_reader.hpp"
#include "adapters/s3/bucket_link.hpp"
#include "gateway/domain/error.hpp"
#include "gateway/media/spool.hpp"
#include "gateway/runtime/blocking_threads.hpp"

#include <memory>
#include <string>

namespace adapters::s3 {

struct upload_plan {
    std::string key;
    std::shared_ptr<const gateway::media::partial_file> file;
    std::uint64_t size = 0;
    std::uint64_t part_size = 8 * 1024 * 1024;  // 5 MiB is the least that stores accept
    std::string content_type;
    std::string content_disposition;
};

// One file on its way. Nothing of the object is visible until all of it is there.
class upload {
public:
    // All of them outlive it.
    upload(bucket_link& link, gateway::blocking_threads& threads, const upload_plan& plan)
        : link_{link}, threads_{threads}, plan_{plan} {}

    // archive_failed, logged. What was begun in parts is given up then, as far as the store can be reached;
    // what is left of it, unfinished() names.
    boost::asio::awaitable<gateway::result<void>> run(gateway::deadline by);

    // The id of an upload in parts that still occupies the store; empty when there is none.
    const std::string& unfinished() const noexcept { return upload_id_; }

private:
    enum class step { done, begin_again, failed };

    boost::asio::awaitable<step> in_one(gateway::deadline by);
    boost::asio::awaitable<step> in_parts(gateway::deadline by);
    boost::asio::awaitable<step> begin_parts(gateway::deadline by);
    boost::asio::awaitable<step> send_part(int number, gateway::deadline by);
    boost::asio::awaitable<step> complete(gateway::deadline by);
    boost::asio::awaitable<bool> is_there(gateway::deadline by);

    // The same request with these bytes of the file as its body.
    boost::asio::awaitable<reply> send(operation what, std::uint64_t offset, std::uint64_t length,
                                       gateway::deadline by);
    step failed(const char* doing, const reply& why);
    name_values file_headers() const;

    bucket_link& link_;
    gateway::blocking_threads& threads_;
    const upload_plan& plan_;
    std::string upload_id_;
    std::vector<uploaded_part> parts_;
    bool given_up_ = false;
};

// Tells the store to forget the parts of an upload; whether it has, or did before.
boost::asio::awaitable<reply> abort_upload(bucket_link& link, std::string key, std::string upload_id,
                                           gateway::deadline by);

// What is wrong, in a log line; archive_failed.
boost::system::error_code store_failure(const char* doing, const reply& why);

}  // namespace adapters::s3
