#include "tests/integration/s3/s3_fixture.hpp"

#include "adapters/s3/answer_reader.hpp"
#include "adapters/s3/bucket_link.hpp"
#include "gateway/runtime/random_id.hpp"

namespace tests {

s3_fixture::s3_fixture() : prefix{gateway::random_id("test_", 12)}, use{settings()} {}

end_to_end::s3_server& s3_fixture::server() {
    static end_to_end::s3_server one;
    return one;
}

adapters::s3::s3_settings s3_fixture::settings() const {
    using end_to_end::s3_server;
    adapters::s3::s3_settings all;
    all.endpoint = server().url();
    all.region = s3_server::region;
    all.bucket = s3_server::bucket;
    all.prefix = prefix;
    all.keys = {s3_server::access_key_id, s3_server::secret_access_key, ""};
    all.part_size = part;
    all.between_attempts = {1ms, 2ms};
    return all;
}

adapters::s3::s3_settings s3_fixture::behind(const faulty_store& store) const {
    auto all = settings();
    all.endpoint = store.url();
    return all;
}

adapters::s3::s3_archive& s3_fixture::archive() {
    if (!made)
        made = std::make_unique<adapters::s3::s3_archive>(
            context.get_executor(), names,
            std::make_shared<adapters::s3::waiting_room>(folder.path().string()), use);
    return *made;
}

result<gateway::stored_audio> s3_fixture::store(const std::string& track, const std::string& bytes) {
    auto sink = await(context, archive().begin(track));
    if (!sink)
        return sink.error();
    if (const auto written = await(context, (*sink)->write(bytes)); !written)
        return written.error();
    return await(context, (*sink)->keep());
}

std::string s3_fixture::content(const std::string& track) {
    const auto source = await(context, archive().open(track, "wav"));
    if (!source)
        return source.error().message();
    const auto bytes = await(context, (*source)->read(0, 1 << 30));
    return bytes ? *bytes : bytes.error().message();
}

bool s3_fixture::is_there(const std::string& track) {
    adapters::s3::s3_archive honest{context.get_executor(), names,
                                    std::make_shared<adapters::s3::waiting_room>(folder.path().string()),
                                    settings()};
    return await(context, honest.open(track, "wav")).has_value();
}

std::size_t s3_fixture::unfinished() {
    return await(context, count_unfinished()).value();
}

boost::asio::awaitable<result<std::size_t>> s3_fixture::count_unfinished() {
    const auto how = settings();
    adapters::s3::link_settings with{.place = {how.endpoint, how.bucket, how.prefix, how.how},
                                     .region = how.region,
                                     .keys = how.keys,
                                     .certificate_authority = {},
                                     .connections = {},
                                     .now = {}};
    adapters::s3::bucket_link link{context.get_executor(), names, std::move(with)};
    adapters::s3::operation what;
    what.query = {{"uploads", ""}, {"prefix", prefix + "/"}};
    const auto listed = co_await link.perform(what, gateway::deadline::after(10s));
    const auto page = adapters::s3::read_upload_page(listed.answer.body);
    if (!page)
        co_return make_error_code(errc::archive_failed);
    co_return page->uploads.size();
}

}  // namespace tests
