"""Word files that are read although something is wrong with them, and those that are refused."""

import pytest

from engine.errors import BadInput
from tests.support.documents import word as doc
from tests.support.documents.word import Xml, paragraph, run, table
from workflows.planfile.blocks import Paragraph, Place
from workflows.planfile.readers import InputFile, word
from workflows.planfile.rules import IntakeRules


def refusal(data: bytes, rules: IntakeRules) -> BadInput:
    with pytest.raises(BadInput) as caught:
        word.read(InputFile(name="ke-hoach.docx", data=data), rules)
    return caught.value


def test_a_document_of_pictures_alone_is_refused_with_its_cure(rules: IntakeRules) -> None:
    picture = run(Xml('<w:drawing><a:blip r:embed="r9"/></w:drawing>'))

    scanned = refusal(doc.document(paragraph(picture)), rules)
    empty = refusal(doc.document(), rules)

    assert "OCR" in scanned.faults[0].cure
    assert "OCR" not in empty.faults[0].cure


@pytest.mark.parametrize(
    ("broken", "font"),
    [
        ("Thùc hiÖn c¶i c¸ch hµnh chÝnh", ""),
        ("Coäng hoøa xaõ hoäi chuû nghóa", ""),
        ("KÕ ho¹ch", ".VnTime"),
        ("Ñaûng boä", "VNI-Times"),
    ],
    ids=["TCVN3", "VNI", "one letter of .VnTime", "one word of VNI"],
)
def test_letters_of_old_fonts_are_refused_with_every_place(
    rules: IntakeRules, broken: str, font: str
) -> None:
    letters = run(broken, properties=f'<w:rFonts w:ascii="{font}"/>' if font else "")

    found = refusal(
        doc.document("Kế hoạch", paragraph(letters), table(["a"], [doc.cell(paragraph(letters))])),
        rules,
    )

    assert [fault.place for fault in found.faults] == ["đoạn 2", "bảng 1, dòng 2"]
    assert "TCVN3" in found.faults[0].problem
    assert "Unicode" in found.faults[0].cure


def test_only_the_first_places_of_broken_letters_are_named(rules: IntakeRules) -> None:
    found = refusal(doc.document(*["Thùc hiÖn c¶i c¸ch"] * 25), rules)

    assert len(found.faults) == rules.limits.faults_shown + 1
    assert found.faults[-1].place == "và 5 chỗ khác"


def test_a_relationship_to_a_part_that_is_not_there_stops_nobody(rules: IntakeRules) -> None:
    parts = doc.entries("Kế hoạch", header=paragraph("1"))
    del parts["word/header.xml"]

    document = word.read(InputFile(name="a.docx", data=doc.pack(parts)), rules)

    assert document.blocks == (Paragraph(text="Kế hoạch", place=Place(paragraph=1)),)


def test_strict_open_xml_is_read_like_the_other(rules: IntakeRules) -> None:
    ours = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    parts = {
        name: content.replace(ours, strict)
        for name, content in doc.entries("Kế hoạch", header=paragraph("Trang")).items()
    }

    document = word.read(InputFile(name="a.docx", data=doc.pack(parts)), rules)

    assert document.blocks == (Paragraph(text="Kế hoạch", place=Place(paragraph=1)),)
    assert document.furniture == ("Trang",)


@pytest.mark.parametrize(
    "parts",
    [
        doc.entries("a") | {"word/document.xml": "<w:document"},
        doc.entries("a") | {"word/document.xml": "<document/>"},
        {name: one for name, one in doc.entries("a").items() if name != "word/document.xml"},
        {name: one for name, one in doc.entries("a").items() if name != "_rels/.rels"},
    ],
    ids=["cut off", "another kind", "no document", "no relationships"],
)
def test_an_archive_without_a_document_is_refused(
    rules: IntakeRules, parts: dict[str, str]
) -> None:
    found = refusal(doc.pack(parts), rules)

    assert found.source == "ke-hoach.docx"
    assert "Word" in str(found)
