"""A letter's text and HTML come from one source."""

from mail.rendering import render


def test_a_letter_in_both_languages_and_both_forms():
    danish = render("sign_in_code", language="da", code="ABC123", minutes=15)
    english = render("sign_in_code", language="en", code="ABC123", minutes=15)
    assert danish.subject == "Din kode til Praktik"
    assert english.subject == "Your code for Praktik"
    assert danish.text == (
        "Indtast koden på den side, hvor du bad om den:\n"
        "\n"
        "  ABC123\n"
        "\n"
        "Koden virker i 15 minutter. Har du ikke bedt om den, kan du slette denne\n"
        "mail: ingen kommer ind uden koden.\n"
        "\n"
        "Denne mail kommer fra Praktik, som bruges til at tilrettelægge\n"
        "lynpraktik. Svar på den for at få fat i konsulenterne.\n"
    )
    assert '<html lang="da">' in danish.html
    assert "Indtast koden på den side, hvor du bad om den:" in danish.html


def test_what_people_write_is_escaped_in_html_and_left_alone_in_text():
    letter = render("sign_in_code", language="da", code="<b>&😀</b>", minutes=15)
    assert "<b>&😀</b>" in letter.text
    assert "&lt;b&gt;&amp;😀&lt;/b&gt;" in letter.html
