#pragma once
// W3C Trace Context (level 1): which trace a request and a job belong to. Taken from clients, kept with the
// job, passed on to upstream, named in the log. Vendors' own data (`tracestate`) is not passed on: upstream
// is somebody else's service.

#include <string>
#include <string_view>

namespace gateway {

// "00-<trace id, 32>-<span id, 16>-<flags, 2>" with the ids of `text`, which may be of a later version; empty
// when `text` is not well-formed, so that nothing a client sent reaches a header or the log unread. Of the
// flags only "sampled" is kept, the only one that this version defines.
std::string accepted_traceparent(std::string_view text);

// The same trace with a fresh span id of our own; empty as above.
std::string next_traceparent(std::string_view text);

// The trace id in what accepted_traceparent() gave; empty in an empty text. A view into it.
std::string_view trace_id_in(std::string_view traceparent);

}  // namespace gateway
