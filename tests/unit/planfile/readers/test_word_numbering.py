"""Numbers that Word computes: every list goes on, begins again and is written as on its pages."""

from collections.abc import Callable

import pytest

from tests.support.documents import word as doc
from tests.support.documents.word import (
    Xml,
    cell,
    family,
    level,
    numbered_list,
    paragraph,
    restart,
    run,
    style,
    table,
)
from workflows.planfile.blocks import Heading, ListItem
from workflows.planfile.blocks import Table as TableBlock
from workflows.planfile.readers import InputFile, word
from workflows.planfile.readers.word.numbering import written
from workflows.planfile.rules import IntakeRules

OUTLINE = family(
    0, level("upperRoman", "%1."), level("decimal", "%2."), level("lowerLetter", "%3)")
)
LEGAL = family(
    0,
    level("upperRoman", "Phần %1"),
    level("decimal", "%1.%2.", more="<w:isLgl/>"),
    level("decimal", "%1.%2.%3"),
)
Markers = Callable[..., list[str]]


@pytest.fixture
def markers(rules: IntakeRules) -> Markers:
    def read(*body: str, **parts: str) -> list[str]:
        data = doc.document(*body, **parts)
        found = word.read(InputFile(name="ke-hoach.docx", data=data), rules).blocks
        return [block.marker if isinstance(block, ListItem | Heading) else "" for block in found]

    return read


def items(*levels: int, of: int = 1) -> list[Xml]:
    return [paragraph("Mục", numbered=(of, one)) for one in levels]


def test_levels_count_on_and_begin_again_below_a_higher_one(markers: Markers) -> None:
    numbering = OUTLINE + numbered_list(1, of=0)

    found = markers(*items(0, 1, 2, 2, 1, 2, 0, 1), numbering=numbering)

    assert found == ["I.", "1.", "a)", "b)", "2.", "a)", "II.", "1."]


def test_a_level_that_goes_on_through_all_others_is_left_to_it(markers: Markers) -> None:
    through = family(
        0, level("upperRoman", "%1."), level("decimal", "%2.", more='<w:lvlRestart w:val="0"/>')
    )

    found = markers(*items(0, 1, 1, 0, 1), numbering=through + numbered_list(1, of=0))

    assert found == ["I.", "1.", "2.", "II.", "3."]


def test_a_level_may_begin_again_only_after_a_far_one(markers: Markers) -> None:
    far = family(
        0,
        level("upperRoman", "%1."),
        level("decimal", "%2."),
        level("lowerLetter", "%3)", more='<w:lvlRestart w:val="1"/>'),
    )

    found = markers(*items(0, 1, 2, 1, 2, 0, 2), numbering=far + numbered_list(1, of=0))

    assert found == ["I.", "1.", "a)", "2.", "b)", "II.", "a)"]


def test_several_levels_are_shown_together_in_digits_where_the_list_says_so(
    markers: Markers,
) -> None:
    found = markers(*items(0, 1, 1, 2, 0, 1), numbering=LEGAL + numbered_list(1, of=0))

    assert found == ["Phần I", "1.1.", "1.2.", "I.2.1", "Phần II", "2.1."]


def test_a_level_whose_higher_ones_were_never_used_shows_their_first_numbers(
    markers: Markers,
) -> None:
    plain = family(0, level("decimal", "%1."), level("decimal", "%1.%2.", start=3))

    assert markers(*items(1, 1), numbering=plain + numbered_list(1, of=0)) == ["1.3.", "1.4."]


def test_lists_of_one_family_go_on_and_a_restarted_one_begins_again_once(
    markers: Markers,
) -> None:
    numbering = OUTLINE + "".join(
        [
            numbered_list(1, of=0),
            numbered_list(2, of=0),
            numbered_list(3, of=0, more=restart(0, at=5)),
        ]
    )

    found = markers(
        *items(0, of=1), *items(0, of=2), *items(0, 0, of=3), *items(0, of=1), numbering=numbering
    )

    assert found == ["I.", "II.", "V.", "VI.", "VII."]


def test_a_level_that_was_given_a_beginning_returns_to_it_each_time(markers: Markers) -> None:
    numbering = OUTLINE + numbered_list(1, of=0, more=restart(1, at=4))

    found = markers(*items(0, 1, 1, 0, 1), numbering=numbering)

    assert found == ["I.", "4.", "5.", "II.", "4."]


def test_lists_of_different_families_count_apart(markers: Markers) -> None:
    numbering: str = OUTLINE + family(1, level("decimal", "%1.")) + numbered_list(1, of=0)
    numbering += numbered_list(2, of=1)

    found = markers(*items(0, of=1), *items(0, 0, of=2), *items(0, of=1), numbering=numbering)

    assert found == ["I.", "1.", "2.", "II."]


def test_a_list_may_write_a_level_in_its_own_way(markers: Markers) -> None:
    own = f'<w:lvl w:ilvl="0">{level("decimal", "Bước %1")}</w:lvl>'
    own = f'<w:lvlOverride w:ilvl="0">{own}</w:lvlOverride>'
    numbering = OUTLINE + numbered_list(1, of=0) + numbered_list(2, of=0, more=own)

    assert markers(*items(0, of=1), *items(0, of=2), numbering=numbering) == ["I.", "Bước 2"]


def test_numbers_come_from_the_style_and_its_level_from_the_list(markers: Markers) -> None:
    numbering = family(
        0,
        level("upperRoman", "%1.", more='<w:pStyle w:val="Heading1"/>'),
        level("decimal", "%2.", more='<w:pStyle w:val="Heading2"/>'),
    ) + numbered_list(1, of=0)
    numbered = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles: str = style("Heading1", "heading 1", more=numbered)
    styles += style("Heading2", "heading 2", more=numbered)
    styles += style("Khac", "khác", more='<w:basedOn w:val="Heading2"/>')

    found = markers(
        *[paragraph("Mục", style=name) for name in ("Heading1", "Heading2", "Khac", "Heading1")],
        paragraph("Mục", style="Heading2", properties='<w:numPr><w:numId w:val="0"/></w:numPr>'),
        numbering=numbering,
        styles=styles,
    )

    assert found == ["I.", "1.", "2.", "II.", ""]


def test_a_list_that_borrows_from_a_list_style_is_numbered_like_it(markers: Markers) -> None:
    numbering = "".join(
        [
            family(0, more='<w:numStyleLink w:val="De"/>'),
            family(1, level("decimal", "Điều %1."), more='<w:styleLink w:val="De"/>'),
            numbered_list(1, of=0),
            numbered_list(2, of=1),
        ]
    )
    styles = style(
        "De",
        "Đề mục",
        kind="numbering",
        more='<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>',
    )

    found = markers(*items(0, of=1), *items(0, of=2), numbering=numbering, styles=styles)

    assert found == ["Điều 1.", "Điều 2."]


def test_list_styles_that_borrow_from_each_other_in_a_circle_are_read(markers: Markers) -> None:
    numbering: str = family(0, level("decimal", "%1."), more='<w:numStyleLink w:val="De"/>')
    numbering += numbered_list(1, of=0)
    styles = style(
        "De",
        "Đề mục",
        kind="numbering",
        more='<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>',
    )

    assert markers(*items(0), numbering=numbering, styles=styles) == ["1."]


@pytest.mark.parametrize(
    ("text", "shown"), [("-", "-"), ("+", "+"), ("\uf0b7", "-"), ("•", "-"), ("o", "-")]
)
def test_bullets_are_dashes_but_for_those_that_mean_a_level(
    markers: Markers, text: str, shown: str
) -> None:
    numbering = family(0, level("bullet", text)) + numbered_list(1, of=0)

    assert markers(*items(0, 0), numbering=numbering) == [shown, shown]


def test_a_number_below_a_bullet_is_shown_without_it(markers: Markers) -> None:
    numbering = family(0, level("bullet", "-"), level("decimal", "%1.%2)"))

    found = markers(*items(0, 1), numbering=numbering + numbered_list(1, of=0))

    assert found == ["-", ".1)"]


def test_an_override_of_no_level_changes_nothing(markers: Markers) -> None:
    nothing = '<w:lvlOverride><w:startOverride w:val="9"/></w:lvlOverride>'

    found = markers(*items(0), numbering=OUTLINE + numbered_list(1, of=0, more=nothing))

    assert found == ["I."]


def test_a_number_that_is_not_shown_is_counted_and_no_marker(markers: Markers) -> None:
    hidden = level("decimal", "%1.", more="<w:rPr><w:vanish/></w:rPr>")
    numbering = family(0, hidden, level("decimal", "%1.%2.")) + numbered_list(1, of=0)

    assert markers(*items(0, 0, 1), numbering=numbering) == ["", "", "2.1."]


def test_an_unknown_list_numbers_nothing(markers: Markers) -> None:
    assert markers(*items(0, 8, of=7), numbering=OUTLINE) == ["", ""]
    assert markers(*items(0)) == [""]


def test_paragraphs_that_nobody_sees_are_not_counted_but_empty_ones_are(markers: Markers) -> None:
    hidden = run("ẩn", properties="<w:vanish/>")
    body = [
        paragraph("Mục", numbered=(1, 0)),
        paragraph(hidden, numbered=(1, 0)),
        paragraph("xóa", numbered=(1, 0), mark="<w:del/>"),
        paragraph("Mục", numbered=(1, 0)),
        paragraph(numbered=(1, 0)),
        paragraph("Mục", numbered=(1, 0)),
    ]

    found = markers(*body, numbering=OUTLINE + numbered_list(1, of=0))

    assert found == ["I.", "II.", "IV."]


def test_numbers_run_on_through_tables_and_fill_their_empty_cells(rules: IntakeRules) -> None:
    numbering = family(0, level("decimal", "%1.")) + numbered_list(1, of=0)
    number = cell(paragraph(numbered=(1, 0)))
    body = [
        paragraph("Mục", numbered=(1, 0)),
        table([number, "Rà soát"], [number, cell(paragraph("Công bố", numbered=(1, 0)))]),
        paragraph("Mục", numbered=(1, 0)),
    ]

    data = doc.document(*body, numbering=numbering)
    blocks = word.read(InputFile(name="a.docx", data=data), rules).blocks

    assert isinstance(blocks[1], TableBlock)
    assert [[one.text for one in row.cells] for row in blocks[1].rows] == [
        ["2.", "Rà soát"],
        ["3.", "4. Công bố"],
    ]
    assert isinstance(blocks[2], ListItem)
    assert blocks[2].marker == "5."


def test_a_format_of_word_today_is_taken_before_that_of_older_versions(markers: Markers) -> None:
    custom = Xml(
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" '
        'w:format="001, 002, 003, ..."/></mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/>'
        '</mc:Fallback></mc:AlternateContent><w:start w:val="9"/><w:lvlText w:val="NV%1"/>'
    )

    found = markers(*items(0, 0), numbering=family(0, custom) + numbered_list(1, of=0))

    assert found == ["NV009", "NV010"]


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        (7, "decimal", "7"),
        (7, "decimalZero", "07"),
        (49, "upperRoman", "XLIX"),
        (1994, "lowerRoman", "mcmxciv"),
        (0, "upperRoman", "0"),
        (4000, "upperRoman", "4000"),
        (5, "lowerLetter", "e"),
        (28, "upperLetter", "BB"),
        (10**9, "lowerLetter", "1000000000"),
        (0, "lowerLetter", "0"),
        (3, "none", ""),
        (2, "ordinal", "2nd"),
        (112, "ordinal", "112th"),
        (4, "numberInDash", "- 4 -"),
        (4, "decimalEnclosedParen", "(4)"),
        (4, "decimalEnclosedFullstop", "4."),
        (20, "decimalEnclosedCircle", "⑳"),
        (21, "decimalEnclosedCircle", "21"),
        (5, "vietnameseCounting", "năm"),
        (11, "vietnameseCounting", "mười một"),
        (20, "vietnameseCounting", "hai mươi"),
        (31, "vietnameseCounting", "ba mươi mốt"),
        (45, "vietnameseCounting", "bốn mươi lăm"),
        (100, "vietnameseCounting", "100"),
        (3, "thaiLetters", "3"),
    ],
)
def test_numbers_are_written_as_word_writes_them(number: int, form: str, shown: str) -> None:
    assert written(number, form) == shown
