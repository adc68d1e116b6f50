// XML from object stores, friendly and hostile.
#include "adapters/s3/xml_element.hpp"

#include <gtest/gtest.h>

namespace {

using adapters::s3::read_xml;

TEST(Xml, ReadsElementsAndTheirText) {
    const auto root = read_xml(
        "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- hello -->\n"
        "<s3:List xmlns:s3='http://s3/' a = \"1>2\">\n <Key>a&amp;b &#x20ac;&#233;</Key><Empty/><Empty "
        ">x</Empty >"
        "<Raw><![CDATA[<&]]></Raw></s3:List>\n<!-- bye --> ");
    ASSERT_TRUE(root);
    EXPECT_EQ(root->name, "List");
    EXPECT_EQ(root->text_of("Key"), "a&b \xE2\x82\xAC\xC3\xA9");
    EXPECT_EQ(root->text_of("Empty"), "");
    EXPECT_EQ(root->text_of("Raw"), "<&");
    EXPECT_EQ(root->text_of("None"), "");
    EXPECT_EQ(root->child("None"), nullptr);
    EXPECT_EQ(root->children.size(), 4U);
    EXPECT_EQ(root->children[2].text, "x");
}

class NoXml : public testing::TestWithParam<const char*> {};

TEST_P(NoXml, IsNothing) {
    EXPECT_FALSE(read_xml(GetParam())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Texts, NoXml,
                         testing::Values("", "   ", "text", "<", "<a", "<a>", "<a></b>", "<a></a",
                                         "<a></a><b></b>", "<a></a>text", "text<a/>", "<a b></a>",
                                         "<a b=c></a>", "<a b=\"c></a>", "< a></a>", "<a>&lt</a>",
                                         "<a>&nbsp;</a>", "<a>&#0;</a>", "<a>&#xD800;</a>",
                                         "<a>&#x110000;</a>", "<a>&#99999999999;</a>", "<a>&#;</a>",
                                         "<a>&;</a>", "<a>&#x;</a>", "<a><!-- </a>", "<a><![CDATA[</a>",
                                         "<a><? </a>", "<?xml", "<!-- ",
                                         "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<!DOCTYPE a><a/>",
                                         "<a><!ENTITY b></a>", "<a></ a>", "{\"a\":1}", "<html><br></html>"));

TEST(Xml, NestsOnlySoDeep) {
    const auto nested = [](int depth) {
        std::string text;
        for (int i = 0; i < depth; ++i)
            text += "<a>";
        for (int i = 0; i < depth; ++i)
            text += "</a>";
        return text;
    };
    EXPECT_TRUE(read_xml(nested(16)));
    EXPECT_FALSE(read_xml(nested(17)));
    EXPECT_FALSE(read_xml(nested(1'000'000)));
}

TEST(Xml, HasOnlySoManyElements) {
    const auto wide = [](int count) {
        std::string text{"<a>"};
        for (int i = 0; i < count; ++i)
            text += "<b/>";
        return text + "</a>";
    };
    EXPECT_TRUE(read_xml(wide(49'000)));
    EXPECT_FALSE(read_xml(wide(50'000)));
}

// Every prefix and every single changed byte of a real answer: read or refused, never more.
TEST(Xml, SurvivesWhateverIsCutOrChanged) {
    const std::string whole{
        "<?xml version=\"1.0\"?><E a='b'><Code>No&amp;Such</Code><!--c--><![CDATA[x]]><F/></E>"};
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(read_xml(whole.substr(0, length))) << length;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const char byte : {'\0', '<', '>', '&', ';', '/', '!', '\xFF', ']', '"'}) {
            std::string changed = whole;
            changed[at] = byte;
            read_xml(changed);
        }
    }
}

TEST(Xml, EscapesWhatItWrites) {
    EXPECT_EQ(adapters::s3::xml_escaped("\"a<b>&c\""), "&quot;a&lt;b&gt;&amp;c&quot;");
    EXPECT_EQ(read_xml("<a>" + adapters::s3::xml_escaped("<&>\"'") + "</a>")->text, "<&>\"'");
}

}  // namespace
