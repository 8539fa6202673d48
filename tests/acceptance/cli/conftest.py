"""A terminal, bare and with an office set up in it, on both databases."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.support.databases import Urls
from tests.support.terminal import Terminal

UNITS = """\
Mã,Tên đơn vị,Trực thuộc,Lãnh đạo phụ trách,Tên khác,Theo dõi
SO,Sở Thử nghiệm,,,,
VP,Văn phòng Sở,SO,gd,VPS; Văn phòng,x
CNTT,Phòng Công nghệ,SO,pgd,P. CNTT,
"""
PEOPLE = """\
Mã,Họ tên,Đơn vị,Chức vụ,Thư điện tử
gd,Trần Thị Giám,SO,Giám đốc,gd@so.example
pgd,Lê Văn Phó,SO,Phó Giám đốc,pgd@so.example
cvp,Hoàng Văn Chánh,VP,Chánh Văn phòng,cvp@so.example
tp,Phạm Thị Trưởng,CNTT,Trưởng phòng,tp@so.example
cv,Vũ Văn Viên,CNTT,Chuyên viên,cv@so.example
"""


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def dondoc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """`dondoc` in an empty folder, with nobody's settings."""
    folder = tmp_path / "office"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return Terminal(folder=folder, patch=monkeypatch, captured=capsys)


@pytest.fixture
def installed(dondoc: Terminal, database_urls: Urls, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """`dondoc` after `init`, on each kind of database, on Tuesday 2023-01-03."""
    monkeypatch.setenv("DONDOC_DATABASE__URL", database_urls.url)
    if database_urls.owner_url is not None:
        monkeypatch.setenv("DONDOC_DATABASE__OWNER_URL", database_urls.owner_url)
    monkeypatch.setenv("DONDOC_NOW", "2023-01-03T08:00")
    assert dondoc("init").code == 0
    return dondoc


@pytest.fixture
def office(installed: Terminal) -> Terminal:
    """An office of three units and five people."""
    assert installed("unit", "import", installed.write("units.csv", UNITS)).code == 0
    assert installed("person", "import", installed.write("people.csv", PEOPLE)).code == 0
    return installed
