#include "adapters/s3/upload.hpp"

#include "gateway/runtime/digest.hpp"
#include "gateway/runtime/log.hpp"

#include <algorithm>

namespace adapters::s3 {

namespace asio = boost::asio;
using gateway::errc;
using gateway::result;
using gateway::media::partial_file;

namespace {

constexpr std::size_t piece = 256 * 1024;
constexpr std::chrono::seconds abort_patience{10};
constexpr std::size_t longest_etag = 256;

// A stretch of the file as the body of a request. The file threads read it.
class stretch final : public gateway::http_client::long_body {
public:
    stretch(std::shared_ptr<const partial_file> file, gateway::blocking_threads& threads,
            std::uint64_t offset, std::uint64_t length)
        : file_{std::move(file)}, threads_{threads}, offset_{offset}, length_{length} {}

    void rewind() noexcept override { done_ = 0; }

    asio::awaitable<result<std::string>> next() override {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece, length_ - done_));
        if (wanted == 0)
            co_return std::string{};
        auto work = [file = file_, at = offset_ + done_, wanted] { return file->read_at(at, wanted); };
        auto bytes = co_await threads_.run<std::string>(std::move(work));
        if (bytes && bytes->size() != wanted)
            co_return make_error_code(errc::archive_failed);  // the file has shrunk under us
        if (bytes)
            done_ += wanted;
        co_return bytes;
    }

private:
    std::shared_ptr<const partial_file> file_;
    gateway::blocking_threads& threads_;
    std::uint64_t offset_;
    std::uint64_t length_;
    std::uint64_t done_ = 0;
};

result<std::string> hash_of(const partial_file& file, std::uint64_t offset, std::uint64_t length) {
    gateway::sha256_builder hash;
    while (length > 0) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece, length));
        const auto bytes = file.read_at(offset, wanted);
        if (!bytes)
            return bytes.error();
        if (bytes->size() != wanted)
            return make_error_code(errc::archive_failed);
        hash.add(*bytes);
        offset += wanted;
        length -= wanted;
    }
    return gateway::to_hex(hash.finish());
}

bool is_sane(const std::string& etag) {
    return !etag.empty() && etag.size() <= longest_etag &&
           std::all_of(etag.begin(), etag.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

boost::system::error_code store_failure(const char* doing, const reply& why) {
    if (!why.cancelled)
        gateway::log::error("archive_failed",
                            {{"doing", doing}, {"why", why.trouble}, {"attempts", why.attempts}});
    return make_error_code(errc::archive_failed);
}

asio::awaitable<reply> abort_upload(bucket_link& link, std::string key, std::string upload_id,
                                    gateway::deadline by) {
    operation what;
    what.method = "DELETE";
    what.key = std::move(key);
    what.query = {{"uploadId", std::move(upload_id)}};
    reply out = co_await link.perform(what, by);
    if (out.missing())
        out.trouble.clear();
    co_return out;
}

asio::awaitable<result<void>> upload::run(gateway::deadline by) {
    // A store that has lost the upload is told everything once more.
    step now = step::begin_again;
    for (int tries = 0; now == step::begin_again && tries < 2; ++tries) {
        parts_.clear();
        upload_id_.clear();
        if (plan_.size <= plan_.part_size)
            now = co_await in_one(by);
        else
            now = co_await in_parts(by);
    }
    if (now == step::done) {
        upload_id_.clear();
        co_return result<void>{};
    }
    if (!upload_id_.empty() && !given_up_) {
        const auto until = gateway::deadline::after(abort_patience);
        const reply aborted = co_await abort_upload(link_, plan_.key, upload_id_, until);
        if (aborted.ok())
            upload_id_.clear();
    }
    co_return make_error_code(errc::archive_failed);
}

asio::awaitable<upload::step> upload::in_one(gateway::deadline by) {
    operation what;
    what.method = "PUT";
    what.key = plan_.key;
    what.headers = file_headers();
    auto sending = send(std::move(what), 0, plan_.size, by);
    const reply put = co_await std::move(sending);
    co_return put.ok() ? step::done : failed("uploading", put);
}

asio::awaitable<upload::step> upload::in_parts(gateway::deadline by) {
    step now = co_await begin_parts(by);
    const auto count = (plan_.size + plan_.part_size - 1) / plan_.part_size;
    for (std::uint64_t number = 1; now == step::done && number <= count; ++number)
        now = co_await send_part(static_cast<int>(number), by);
    if (now == step::done)
        now = co_await complete(by);
    co_return now;
}

asio::awaitable<upload::step> upload::begin_parts(gateway::deadline by) {
    operation what;
    what.method = "POST";
    what.key = plan_.key;
    what.query = {{"uploads", ""}};
    what.headers = file_headers();
    reply begun = co_await link_.perform(what, by);
    if (!begun.ok())
        co_return failed("beginning an upload in parts", begun);
    upload_id_ = read_upload_id(begun.answer.body);
    if (upload_id_.empty()) {
        begun.trouble = "an answer without an upload's id";
        co_return failed("beginning an upload in parts", begun);
    }
    co_return step::done;
}

asio::awaitable<upload::step> upload::send_part(int number, gateway::deadline by) {
    const std::uint64_t offset = static_cast<std::uint64_t>(number - 1) * plan_.part_size;
    operation what;
    what.method = "PUT";
    what.key = plan_.key;
    what.query = {{"partNumber", std::to_string(number)}, {"uploadId", upload_id_}};
    auto sending = send(std::move(what), offset, std::min(plan_.part_size, plan_.size - offset), by);
    reply sent = co_await std::move(sending);
    if (sent.ok() && !is_sane(sent.answer.etag))
        sent.trouble = "a part was taken without an ETag";
    if (sent.ok()) {
        parts_.push_back({number, sent.answer.etag});
        co_return step::done;
    }
    const bool lost = sent.code == "NoSuchUpload";
    const step ended = failed("uploading a part", sent);
    co_return lost ? step::begin_again : ended;
}

asio::awaitable<upload::step> upload::complete(gateway::deadline by) {
    operation what;
    what.method = "POST";
    what.key = plan_.key;
    what.query = {{"uploadId", upload_id_}};
    what.headers = {{"content-type", "application/xml"}};
    what.body = completion_of(parts_);
    what.error_in_success = true;
    reply completed = co_await link_.perform(what, by);
    if (completed.ok() && says_completed(completed.answer.body))
        co_return step::done;
    if (completed.ok())
        completed.trouble = "an answer that says nothing of the object";
    // When an answer was lost, the upload is gone because it has been completed.
    const bool lost = completed.code == "NoSuchUpload";
    if (lost && completed.attempts > 1) {
        const bool there = co_await is_there(by);
        if (there)
            co_return step::done;
    }
    const step ended = failed("completing an upload in parts", completed);
    co_return lost ? step::begin_again : ended;
}

asio::awaitable<bool> upload::is_there(gateway::deadline by) {
    operation what;
    what.method = "HEAD";
    what.key = plan_.key;
    const reply seen = co_await link_.perform(what, by);
    co_return seen.ok() && seen.answer.content_length == plan_.size;
}

asio::awaitable<reply> upload::send(operation what, std::uint64_t offset, std::uint64_t length,
                                    gateway::deadline by) {
    auto work = [file = plan_.file, offset, length] { return hash_of(*file, offset, length); };
    const auto hash = co_await threads_.run<std::string>(std::move(work));
    if (!hash) {
        reply out;
        out.trouble = "the file could not be read back";
        co_return out;
    }
    stretch bytes{plan_.file, threads_, offset, length};
    what.rest = &bytes;
    what.rest_size = length;
    what.rest_hash = *hash;
    co_return co_await link_.perform(what, by);
}

upload::step upload::failed(const char* doing, const reply& why) {
    given_up_ = given_up_ || why.cancelled;
    store_failure(doing, why);
    return step::failed;
}

name_values upload::file_headers() const {
    return {{"content-type", plan_.content_type}, {"content-disposition", plan_.content_disposition}};
}

}  // namespace adapters::s3
