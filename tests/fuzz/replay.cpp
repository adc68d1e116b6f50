// Gives a fuzzer's target the files of a corpus, one after the other, without libFuzzer: what once was found
// is looked for by every compiler and in every test run.
//   fuzz_<target> FOLDER|FILE...
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(int count, char** arguments) {
    std::vector<fs::path> files;
    for (int i = 1; i < count; ++i) {
        if (!fs::is_directory(arguments[i])) {
            files.emplace_back(arguments[i]);
            continue;
        }
        for (const auto& each : fs::directory_iterator{arguments[i]})
            files.push_back(each.path());
    }
    return files;
}

std::vector<std::uint8_t> bytes_of(const fs::path& file) {
    std::ifstream stream{file, std::ios::binary};
    if (!stream)
        throw std::runtime_error("can't read " + file.string());
    return {std::istreambuf_iterator<char>{stream}, {}};
}

}  // namespace

int main(int count, char** arguments) try {
    const auto files = files_of(count, arguments);
    for (const fs::path& each : files) {
        std::fprintf(stderr, "%s\n", each.c_str());  // the last one named is the one that failed
        const auto bytes = bytes_of(each);
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
    std::printf("%zu inputs\n", files.size());
    return files.empty() ? 1 : 0;
} catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
}
