#pragma once
// One Prism for the whole test program: what ask() and ask_raw() send to a gateway is judged by it, when
// GATEWAY_E2E_PROXY names its program.

#include <string>

namespace end_to_end {

// The program that GATEWAY_E2E_PROXY names; empty: the tests speak to gateways directly.
std::string prism_program();

// From now on ask() reaches this gateway through Prism, if GATEWAY_E2E_PROXY is set, and answers to ask_raw()
// are shown to it. Any number of gateways at a time. Ends with forget_gateway(). A test program that was to
// be judged and never was fails at its end.
void watch_gateway(const std::string& gateway_url);
void forget_gateway(const std::string& gateway_url);

}  // namespace end_to_end
