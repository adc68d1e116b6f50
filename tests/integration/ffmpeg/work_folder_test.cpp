// The scratch folder: private, locked while in use, and cleared of what is nobody's.

#include "adapters/ffmpeg/work_folder.hpp"

#include "tests/support/scratch_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace {

using namespace adapters::ffmpeg;
namespace fs = std::filesystem;

class WorkFolder : public testing::Test {
protected:
    end_to_end::scratch_folder root;
    fs::path scratch = root.path() / "deep" / "scratch";
};

TEST_F(WorkFolder, IsPrivateAndGoneAtTheEnd) {
    EXPECT_EQ(prepare_scratch(scratch), 0u);
    fs::path path;
    {
        const auto folder = work_folder::make(scratch);
        ASSERT_TRUE(folder);
        path = (*folder)->path();
        struct stat about {};
        ASSERT_EQ(::stat(path.c_str(), &about), 0);
        EXPECT_EQ(about.st_mode & 0777, 0700u);
        ASSERT_TRUE((*folder)->append("a", "some "));
        ASSERT_TRUE((*folder)->append("a", "bytes"));
        EXPECT_EQ((*folder)->used(), 10u);
        EXPECT_EQ((*folder)->read("a", 5, 100).value(), "bytes");
        EXPECT_EQ((*folder)->read("a", 10, 100).value(), "");
        EXPECT_FALSE((*folder)->read("b", 0, 100));
        fs::create_directories(path / "sub");
    }
    EXPECT_FALSE(fs::exists(path));
}

TEST_F(WorkFolder, OfALivingOrderIsLeftAlone) {
    prepare_scratch(scratch);
    const auto folder = work_folder::make(scratch);
    ASSERT_TRUE(folder);
    EXPECT_EQ(prepare_scratch(scratch), 0u);
    EXPECT_TRUE(fs::exists((*folder)->path()));
}

TEST_F(WorkFolder, OfAProcessThatDiedIsRemovedAtTheNextStart) {
    prepare_scratch(scratch);
    const pid_t other = ::fork();
    if (other == 0) {
        const auto folder = work_folder::make(scratch);
        const bool written = folder && (*folder)->append("half", "done");
        ::_exit(written ? 0 : 1);  // as if killed: nothing is tidied up
    }
    int status = -1;
    ASSERT_EQ(::waitpid(other, &status, 0), other);
    ASSERT_EQ(status, 0);
    EXPECT_FALSE(fs::is_empty(scratch));
    EXPECT_EQ(prepare_scratch(scratch), 1u);
    EXPECT_TRUE(fs::is_empty(scratch));
}

TEST_F(WorkFolder, SweepTouchesNothingOfOthers) {
    prepare_scratch(scratch);
    fs::create_directories(scratch / "precious");
    fs::create_directories(root.path() / "elsewhere" / "data");
    fs::create_directory_symlink(root.path() / "elsewhere", scratch / "order_link");
    EXPECT_EQ(prepare_scratch(scratch), 0u);
    EXPECT_TRUE(fs::exists(scratch / "precious"));
    EXPECT_TRUE(fs::exists(root.path() / "elsewhere" / "data"));
}

TEST_F(WorkFolder, ThatCannotBeUsedIsSaidAtTheStart) {
    EXPECT_THROW(prepare_scratch("/proc/no-such-folder"), std::runtime_error);
}

}  // namespace
