#pragma once
// What a fuzzer holds the product to, beside not crashing: a claim that does not hold ends the program, which
// is how libFuzzer learns of it, and says which one it was.

#include <cstdio>
#include <cstdlib>

namespace fuzz {

inline void claim(bool holds, const char* sentence) {
    if (holds)
        return;
    std::fprintf(stderr, "this does not hold: %s\n", sentence);
    std::abort();
}

}  // namespace fuzz
