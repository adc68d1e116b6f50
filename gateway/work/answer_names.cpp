// The log's and the metrics' words for what upstream answered.
#include "gateway/work/decisions.hpp"

namespace gateway::work {

namespace {

struct create_names {
    std::string_view operator()(const create_answer::accepted&) const { return "accepted"; }
    std::string_view operator()(const create_answer::not_delivered&) const { return "not_delivered"; }
    std::string_view operator()(const create_answer::upstream_fault&) const { return "upstream_fault"; }
    std::string_view operator()(const create_answer::throttled&) const { return "throttled"; }
    std::string_view operator()(const create_answer::content_refused&) const { return "content_refused"; }
    std::string_view operator()(const create_answer::invalid&) const { return "invalid"; }
    std::string_view operator()(const create_answer::out_of_credits&) const { return "out_of_credits"; }
    std::string_view operator()(const create_answer::access_denied&) const { return "access_denied"; }
    std::string_view operator()(const create_answer::retired&) const { return "retired"; }
    std::string_view operator()(const create_answer::unknown_outcome&) const { return "unknown_outcome"; }
};

struct look_names {
    std::string_view operator()(const task_answer::pending&) const { return "pending"; }
    std::string_view operator()(const task_answer::ready_without_audio&) const {
        return "ready_without_audio";
    }
    std::string_view operator()(const task_answer::succeeded&) const { return "succeeded"; }
    std::string_view operator()(const task_answer::failed&) const { return "failed"; }
    std::string_view operator()(const task_answer::refused&) const { return "refused"; }
    std::string_view operator()(const task_answer::lost&) const { return "lost"; }
    std::string_view operator()(const task_answer::transient&) const { return "transient"; }
    std::string_view operator()(const task_answer::throttled&) const { return "throttled"; }
    std::string_view operator()(const task_answer::access_denied&) const { return "access_denied"; }
    std::string_view operator()(const task_answer::misconfigured&) const { return "misconfigured"; }
    std::string_view operator()(const task_answer::retired&) const { return "retired"; }
};

struct fetch_names {
    std::string_view operator()(const fetch_answer::fetched&) const { return "fetched"; }
    std::string_view operator()(const fetch_answer::not_there_yet&) const { return "not_there_yet"; }
    std::string_view operator()(const fetch_answer::forbidden_host&) const { return "forbidden_host"; }
    std::string_view operator()(const fetch_answer::failed&) const { return "failed"; }
};

}  // namespace

std::string_view name_of(const create_answer::any& answer) {
    return std::visit(create_names{}, answer);
}
std::string_view name_of(const task_answer::any& answer) {
    return std::visit(look_names{}, answer);
}
std::string_view name_of(const fetch_answer::any& answer) {
    return std::visit(fetch_names{}, answer);
}

}  // namespace gateway::work
