"""Files as people have them, and what the pages of an import show."""

import html
import io
import re
import zipfile

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

EMPLOYEES = "/admin/employees/employee/"
WORKPLACES = "/admin/employees/workplace/"
HOSTS = "/admin/hosts/host/"
# The caption of what an import would do.
DOES = "Hvad filen vil gøre"


def csv_bytes(*lines: str, encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(lines).encode(encoding)


def workbook(*rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def bomb() -> bytes:
    """A small workbook that would swell to 120 MB."""
    file = io.BytesIO(workbook(["Navn", "E-mail"], ["Bo", "bo@havneby.example"]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/media/big.bin", "w") as part:
            for _ in range(120):
                part.write(bytes(1024 * 1024))
    return file.getvalue()


def laughing() -> bytes:
    """A workbook whose sheet names an entity that would swell when it is read."""
    told = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY e0 "ha">{told}]>'.encode()
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["Navn", "E-mail"]))) as whole:
        with zipfile.ZipFile(file, "w") as archive:
            for name in whole.namelist():
                content = whole.read(name)
                is_sheet = name.startswith("xl/worksheets/")
                archive.writestr(name, doctype + content if is_sheet else content)
    return file.getvalue()


def upload(client, address: str, content: bytes, name: str = "liste.csv"):
    """Choose the file; the answer is the page it leads to."""
    return client.post(f"{address}import/", {"file": SimpleUploadedFile(name, content)}, follow=True)


def confirm(client, preview):
    """Press "Importér" on a preview."""
    seen = re.search(r'name="seen" value="(\w+)"', preview.content.decode())
    return client.post(preview.request["PATH_INFO"], {"seen": seen and seen[1]}, follow=True)


def text(response) -> str:
    """What a page says, without its marks."""
    page = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return " ".join(html.unescape(page).split())


def problem(response) -> list[str]:
    found = re.findall(r'class="problem"[^>]*>(.*?)</', response.content.decode())
    return [html.unescape(each) for each in found]


def rows(response, caption: str) -> list[list[str]]:
    """The cells of the table with this caption."""
    page = response.content.decode()
    found = re.search(rf"<caption[^>]*>{caption}</caption>.*?<tbody>(.*?)</tbody>", page, re.S)
    if not found:
        return []
    return [
        [
            " ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)
        ]
        for row in found[1].split("</tr>")[:-1]
    ]


def saved(response) -> bytes:
    """The content of a file that was fetched."""
    return b"".join(response.streaming_content)
