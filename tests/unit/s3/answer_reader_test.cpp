// What object stores say, as Amazon documents it and as others write it.
#include "adapters/s3/answer_reader.hpp"

#include <gtest/gtest.h>

namespace {

using namespace adapters::s3;
using namespace std::chrono;

constexpr sys_seconds moment{sys_days{year{2009} / 10 / 12} + 17h + 50min + 30s};

TEST(ErrorCode, IsReadFromAnErrorAlone) {
    EXPECT_EQ(
        read_error_code("<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>m</Message></Error>"),
        "NoSuchKey");
    EXPECT_EQ(read_error_code("<Error><Message>m</Message></Error>"), "");
    EXPECT_EQ(read_error_code("<Other><Code>NoSuchKey</Code></Other>"), "");
    EXPECT_EQ(read_error_code("<html>502</html>"), "");
    EXPECT_EQ(read_error_code(""), "");
}

TEST(ErrorCode, OfHostileCharactersIsNone) {
    EXPECT_EQ(read_error_code("<Error><Code>a\nb</Code></Error>"), "");
    EXPECT_EQ(read_error_code("<Error><Code>a&quot;b</Code></Error>"), "");
    EXPECT_EQ(read_error_code("<Error><Code>" + std::string(65, 'a') + "</Code></Error>"), "");
}

TEST(UploadId, IsReadFromTheRightAnswer) {
    EXPECT_EQ(
        read_upload_id(
            "<InitiateMultipartUploadResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<Bucket>b</Bucket><Key>k</Key><UploadId>VXBs+/=</UploadId></InitiateMultipartUploadResult>"),
        "VXBs+/=");
    EXPECT_EQ(read_upload_id("<Error><UploadId>x</UploadId></Error>"), "");
}

TEST(Completion, IsBelievedOnlyWhenItIsSaid) {
    EXPECT_TRUE(
        says_completed("\n\n <CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"));
    EXPECT_FALSE(says_completed("<Error><Code>InternalError</Code></Error>"));
    EXPECT_FALSE(says_completed("   "));
}

TEST(Completion, NamesThePartsInOrder) {
    EXPECT_EQ(completion_of({{1, "\"a\""}, {2, "b&"}}),
              "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag></Part>"
              "<Part><PartNumber>2</PartNumber><ETag>b&amp;</ETag></Part></CompleteMultipartUpload>");
}

TEST(ObjectPage, HoldsKeysAndWhenTheyWereWritten) {
    const auto page = read_object_page(
        "<ListBucketResult><Name>b</Name><IsTruncated>true</IsTruncated><KeyCount>2</KeyCount>"
        "<Contents><Key>a&amp;b+c%20</Key><LastModified>2009-10-12T17:50:30.000Z</LastModified><Size>4</"
        "Size></Contents>"
        "<Contents><Key>d</Key><LastModified>yesterday</LastModified></Contents>"
        "<CommonPrefixes><Prefix>e/</Prefix></CommonPrefixes></ListBucketResult>");
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->more);
    ASSERT_EQ(page->objects.size(), 2U);
    EXPECT_EQ(page->objects[0].key, "a&b+c%20") << "not escaped, since the answer does not say so";
    EXPECT_EQ(page->objects[0].modified, moment);
    EXPECT_EQ(page->objects[1].modified, std::nullopt);
    EXPECT_FALSE(read_object_page("<Error/>"));
    EXPECT_FALSE(read_object_page("<ListBucketResult><Contents>"));
}

TEST(ObjectPage, UnescapesKeysWhenTheAnswerSaysSo) {
    const auto page = read_object_page(
        "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>audio/a+b%2Bc%C3%A9%zz%4</Key></"
        "Contents>"
        "</ListBucketResult>");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->objects.at(0).key, "audio/a b+c\xC3\xA9%zz%4");
    EXPECT_FALSE(page->more);
}

TEST(UploadPage, HoldsWhatWasBegunAndWhereToGoOn) {
    const auto page = read_upload_page(
        "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k2</NextKeyMarker>"
        "<NextUploadIdMarker>i2</NextUploadIdMarker><Upload><Key>k1</Key><UploadId>i1</UploadId>"
        "<Initiated>2009-10-12T17:50:30Z</Initiated></Upload></ListMultipartUploadsResult>");
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->more);
    EXPECT_EQ(page->next_key, "k2");
    EXPECT_EQ(page->next_id, "i2");
    ASSERT_EQ(page->uploads.size(), 1U);
    EXPECT_EQ(page->uploads[0].key, "k1");
    EXPECT_EQ(page->uploads[0].id, "i1");
    EXPECT_EQ(page->uploads[0].begun, moment);
    EXPECT_FALSE(read_upload_page("<ListBucketResult/>"));
}

TEST(Moment, IsReadInItsOneForm) {
    EXPECT_EQ(read_moment("2009-10-12T17:50:30.000Z"), moment);
    EXPECT_EQ(read_moment("2009-10-12T17:50:30Z"), moment);
    EXPECT_EQ(read_moment("2009-10-12T17:50:30.123456Z"), moment);
    for (const char* wrong :
         {"", "2009-10-12", "2009-10-12T17:50:30", "2009-13-12T17:50:30Z", "2009-02-30T17:50:30Z",
          "2009-10-12T24:50:30Z", "2009-10-12T17:60:30Z", "2009-10-12T17:50:30.Z", "2009-10-12T17:50:30.1xZ",
          "2009-10-12 17:50:30Z", "2009-10-12T17:50:30+01:00", "-009-10-12T17:50:30Z", "2009-1-12T17:50:30Z",
          "Mon, 12 Oct 2009 17:50:30 GMT"})
        EXPECT_EQ(read_moment(wrong), std::nullopt) << wrong;
}

}  // namespace
