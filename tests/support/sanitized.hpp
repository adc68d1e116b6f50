#pragma once
// Whether this build is one of a sanitizer's: then memory and times are the sanitizer's, and no test judges
// them.

namespace tests {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace tests
