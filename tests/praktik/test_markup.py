"""Plain text with a little shape."""

from praktik.lib import markup


def test_headings_lists_and_paragraphs():
    text = "# Før\nRing først.\nSpørg om tøj.\n\n- sko\n* hue\n\n## Under\n1. hils\n2) lyt\n#nummer"
    assert markup.as_html(text) == (
        "<h2>Før</h2>\n<p>Ring først.<br>Spørg om tøj.</p>\n<ul><li>sko</li><li>hue</li></ul>\n"
        "<h3>Under</h3>\n<ol><li>hils</li><li>lyt</li></ol>\n<p>#nummer</p>"
    )


def test_nothing_of_the_writers_own_html_survives():
    text = "# <b>x</b>\n- <script>alert(1)</script>\n<img src=x onerror=alert(1)> & co."
    assert markup.as_html(text) == (
        "<h2>&lt;b&gt;x&lt;/b&gt;</h2>\n<ul><li>&lt;script&gt;alert(1)&lt;/script&gt;</li></ul>\n"
        "<p>&lt;img src=x onerror=alert(1)&gt; &amp; co.</p>"
    )


def test_an_empty_text_is_nothing():
    assert markup.as_html("\n \n") == ""
