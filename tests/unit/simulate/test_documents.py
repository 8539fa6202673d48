"""The text of a file is YAML of the plain sort, or refused at the line where it is not."""

import pytest

from dondoc.simulate.documents import compose


def said(content: bytes | str) -> list[str]:
    raw = content.encode() if isinstance(content, str) else content
    _, defects = compose(raw)
    return [f"{one.line}: {one.problem}" for one in defects]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffa: 1\nb: 2\n",
        "a: 1\r\nb: 2\r\n",
        "a: 1\rb: 2\r",
        "---\na: 1\nb: 2\n...\n",
        "%YAML 1.1\n---\na: 1\nb: 2\n",
    ],
    ids=["a mark of byte order", "CRLF", "CR", "a document's ends", "a version"],
)
def test_files_of_every_editor_are_read(text: str) -> None:
    node, defects = compose(text.encode())

    assert node is not None
    assert len(node.value) == 2
    assert defects == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x 1\nb: *x\n", ["1: mỏ neo (&tên) không", "2: bí danh (*tên) không"]),
        ("a: &x [1]\nb: &y [*x, *x]\n", ["1: mỏ neo", "2: mỏ neo", "2: bí danh", "2: bí danh"]),
        ("a: 1\nb: !!python/name:os.system x\nc: !x y\n", ["2: kiểu ghi rõ", "3: kiểu ghi rõ"]),
        ("a: !!set {b}\n", ["1: kiểu ghi rõ"]),
        ("a: ! b\n", ["1: kiểu ghi rõ"]),
        ("a: 1\n---\nb: 2\n", ["2: tệp có hai văn bản"]),
        ("a:\n\tb: 1\n", ["2: có dấu tab"]),
        ("a: 1\nb: @c\n", ["2: chữ không được bắt đầu bằng @"]),
        ("a: b: c\n", ["1: dấu hai chấm ở chỗ không phải khoá"]),
        ("a: 1\nb\nc: 2\n", ["3: thiếu dấu hai chấm sau khoá"]),
        ("a: [1, 2\nb: 3\n", ["2: ngoặc chưa đóng"]),
        ('a: "b\n', ["1: dấu nháy chưa đóng"]),
        ("a:\n  b: 1\n c: 2\n", ["3: thụt dòng không đều"]),
        ("a: - b\n", ["1: gạch đầu dòng đặt sai chỗ"]),
        ("a: {b\n", ["1: ngoặc chưa đóng"]),
        ("a: 1\nb: x\x00y\nc: \x1b[31m\n", ["2: có ký tự điều khiển", "3: có ký tự điều khiển"]),
        ("a: 1\nb: x\u2028y\nc: x\x85y\n", ["2: có dấu xuống dòng lạ", "3: có dấu xuống dòng lạ"]),
        ('a: 1\nb: "\\UFFFFFFFF"\n', ["2: không có ký tự mang số ấy"]),
        ('a: 1\nb: "\\U00110000"\n', ["2: không có ký tự mang số ấy"]),
        ("", ["1: tệp rỗng"]),
        ("# chỉ có ghi chú\n", ["1: tệp rỗng"]),
    ],
)
def test_what_a_scenario_may_not_hold_is_named_with_its_line(
    text: str, expected: list[str]
) -> None:
    found = said(text)

    assert len(found) == len(expected), found
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True)), found


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a: 1\nb: \xe8\n", "2: không phải chữ UTF-8"),
        (b"a: 1\nb: \xed\xa0\x80\n", "2: không phải chữ UTF-8"),
        ("a: 1".encode("utf-16"), "1: không phải chữ UTF-8"),
        (b"#" * 8_000_001, "1: tệp lớn hơn 8 MB"),
    ],
    ids=["Latin-1", "half a character", "UTF-16", "9 MB"],
)
def test_what_is_no_text_is_refused_before_it_is_read(content: bytes, expected: str) -> None:
    found = said(content)

    assert found == [expected]


@pytest.mark.parametrize(
    "text",
    ["a: " + "[" * 50_000, "a: " + "{b: " * 5_000, "\n".join(" " * i + "a:" for i in range(500))],
    ids=["lists", "groups", "lines"],
)
def test_what_lies_too_deep_is_refused_where_it_becomes_so(text: str) -> None:
    found = said(text)

    expected = "30" if text.count("\n") else "1"
    assert found == [f"{expected}: lồng quá sâu"]


def test_text_comes_composed_as_the_database_keeps_it() -> None:
    node, _ = compose("Sơ\u0309".encode())

    assert node is not None
    assert node.value == "Sở"


def test_a_comment_of_five_megabytes_is_a_long_comment() -> None:
    node, defects = compose(b"a: 1\n#" + b"x" * 5_000_000)

    assert node is not None
    assert defects == []
