#pragma once
// The texts the stand-in sends, as the producer does (reference/producer-api 2.3, 3.1, 8.2).

#include <string>
#include <string_view>

namespace bench::upstream {

void append_answer(std::string& out, std::string_view status, std::string_view content_type,
                   std::string_view body);
void append_json(std::string& out, std::string_view body);
void append_accepted(std::string& out, std::string_view task_id);

// `url` is where the stand-in itself is.
std::string finished_task(std::string_view task_id, std::string_view url);
std::string completed_event(std::string_view task_id, std::string_view url);

}  // namespace bench::upstream
