// The one translation unit that compiles Beast's non-template parts.
//
// Its assertions are off: Beast 1.81's basic_parser asserts `n >= 5` where the end of an empty chunked body
// arrives in pieces
// ("0\r\n\r", then "\n"), which any peer can send. Without the assertion that code waits for the rest, as it
// should.
#define BOOST_DISABLE_ASSERTS
#include <boost/beast/src.hpp>
