#pragma once
// What Prism reads otherwise than HTTP means it, and what it is shown instead so that it can judge all the
// same. Pure; contract_proxy carries it out.

#include "tests/support/http_client.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace end_to_end {

// Prism takes a 501 from the far side as word to itself and makes up an answer of its own. Under this number
// it judges the real one.
inline constexpr int stands_for_501 = 551;

// The documents of end_to_end/prism, as text: what the gateway's document does not hold, or tells in words.
std::vector<std::string> documents_beside();

// The document that the gateway serves, and those beside it, with two additions that change no claim: each
// 501 is also promised as stands_for_501, and where the document tells HEAD in words ("wherever GET is, with
// the same headers and no body") it has the operation. Throws std::runtime_error when two documents define
// the same thing.
boost::json::value document_for_prism(boost::json::value served, const std::vector<std::string>& beside);

// What `from` stands for in the document: itself, unless it is a reference.
const boost::json::value& resolved(const boost::json::value& document, const boost::json::value& from);

// What Prism, or Node before it, reads otherwise than the gateway, so that it finds the same route:
// - dot segments, which it would resolve before it looks for the route, become names of the same length;
// - a path that the gateway's routes never match (gateway/http/routes.hpp: an empty segment, a broken or NUL
//   escape) becomes one that no route matches;
// - bytes of a path that have no place in a URL, or may not be UTF-8 when unescaped, become others, since
//   Prism dies of them;
// - the scheme of `Authorization` has the one spelling that Prism knows (RFC 9110, 11.1: any);
// - `Expect` is left out, which Node answers by itself.
http_request request_for_prism(http_request what);

// 501 under its stand-in, and the answer to HEAD without its content type: where that is JSON, Prism would
// look for a body.
http_reply reply_for_prism(http_reply reply, const std::string& method);

// Method and target of what was sent as bytes; those of the served document when there are none to be read.
http_request request_in(std::string_view bytes);

}  // namespace end_to_end
