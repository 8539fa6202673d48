"""Fault 48: odd and malicious files, posted to every route that takes a file.

Each of them is refused with a sentence, or kept for somebody to look at; the server stays as small
as it was, serves everybody else meanwhile, and writes no file. That no reader is harmed by any of
them is promised in `test_uploads`; here a part of them goes through the doors, and few through
those (of evidence, lists, workflows) behind which no reader of files stands.
"""

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from dondoc.web import serving
from dondoc.web.app import create
from dondoc.web.failures import Mistakes
from dondoc.web.visit import cookie_name
from engine.commands.tasks import find
from tests.support.calling import listening
from tests.support.corpus import KINDS, Specimen, make_corpus
from tests.support.handing import Desk, clear
from tests.support.office import World
from tests.support.programs import secret_of
from tests.support.web import FROM_HERE, site_of

#: What is read, and by whom, does not depend on the database.
pytestmark = [pytest.mark.fault, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

#: Of each kind every so manieth goes through the first door: reading one takes a second.
_EVERY = {"archives": 3, "disguises": 16, "pdfs": 12, "references": 9, "sheets": 20, "texts": 14}
#: Of each kind so many go through each of the doors behind which nothing is read but the beginning.
_FEW = 4
_SPREAD = 7
#: Taken, or refused with a word; nothing broke and nobody was let go without an answer.
_CALM = (200, 201, 303, 409, 413, 415, 422)
#: What goes through the other doors, which lead to the same readers.
_WORST = ("bomb.docx", "bomb.xlsx", "many-large.docx")
_GROWTH_KB = 50_000
#: A machine that is busy otherwise answers late; one that waits for the reader, never.
_PATIENCE_SECONDS = 20.0


@dataclass(slots=True)
class Meanwhile:
    """Somebody who looks at a page again and again while files are read."""

    url: str
    cookies: dict[str, str]
    answers: list[tuple[int, float]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Look until told to stop."""
        with httpx2.Client(base_url=self.url, cookies=self.cookies, timeout=60) as reader:
            while not self._stop.wait(0.2):
                begun = time.monotonic()
                status = reader.get("/ke-hoach").status_code
                self.answers.append((status, time.monotonic() - begun))

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Have him look while the block lasts."""
        thread = threading.Thread(target=self.look)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()


@dataclass(frozen=True, slots=True)
class Door:
    """A served office, and an officer of the monitoring unit who hands files in.

    Attributes:
        desk: The office.
        officer: He.
        meanwhile: Somebody else.
        others: More people: `tp`, who does T1, `gd`, who runs the machine, and `program`, a token.
    """

    desk: Desk
    officer: httpx2.Client
    meanwhile: Meanwhile
    others: Mapping[str, httpx2.Client]

    def hand_in(self, path: str, specimen: Specimen, form: dict[str, str]) -> httpx2.Response:
        """Post a file; what is kept of it is given up again."""
        files = {"file": (specimen.path.name, specimen.path.read_bytes())}
        answer = self.officer.post(path, data=form, files=files)
        if answer.status_code == 303:
            kept = answer.headers["location"].removesuffix("/doi")
            self.officer.post(f"{kept}/bo")
        return answer


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where a careless program would leave files."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def door(world: World, tmp_path: Path, elsewhere: Path) -> Iterator[Door]:
    """A served office with an active plan, KH-2014, and a draft, KH-MOI."""
    world.plan({"code": "T1", "lead": "CNTT", "due": "2014-06-05"})
    world.person("vp1", "VP")
    kept = tmp_path / "kept"
    kept.mkdir()
    site = site_of(world, kept)
    desk = Desk(site)
    desk.draft(*clear())
    site.make_administrator("gd")
    cookies = {who: {cookie_name(site.app): site.session_of(who)} for who in ("vp1", "gd", "tp")}
    listener = serving.listen("127.0.0.1", 0)
    known = serving.with_address(site.app, listener)
    url = known.settings.web.base_url
    with serving.served(create(known), listener):
        officer = httpx2.Client(
            base_url=url, cookies=cookies["vp1"], headers=FROM_HERE, timeout=120
        )
        others = {
            who: httpx2.Client(base_url=url, cookies=cookies[who], headers=FROM_HERE, timeout=120)
            for who in ("tp", "gd")
        }
        bearer = {"Authorization": f"Bearer {secret_of(site, 'vp1', 'read', 'write')}"}
        others["program"] = httpx2.Client(base_url=url, headers=bearer, timeout=120)
        with officer:
            yield Door(desk, officer, Meanwhile(url, cookies["gd"]), others)
        for each in others.values():
            each.close()


def resident_kb() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def complaints(specimen: Specimen, answer: httpx2.Response, grown_kb: int) -> Iterator[str]:
    """Yield whatever should not be so."""
    if answer.status_code not in (303, 422):
        yield f"answered {answer.status_code}"
    if answer.status_code == 422 and 'role="alert"' not in answer.text:
        yield "refused without a word"
    if answer.status_code == 303 and specimen.refused:
        yield "kept"
    if answer.status_code == 422 and grown_kb > _GROWTH_KB:
        yield f"grew by {grown_kb} kB"


@pytest.mark.parametrize("kind", KINDS)
def test_fault_48_no_odd_file_gets_through_the_door_of_plans(
    door: Door, tmp_path: Path, elsewhere: Path, kind: str
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    wrong: dict[str, list[str]] = {}
    with listening() as (port, callers), door.meanwhile.looking():
        for specimen in make_corpus(corpus, port=port, kinds=[kind])[:: _EVERY[kind]]:
            before = resident_kb()
            answer = door.hand_in("/ke-hoach/nhap", specimen, {"code": "KH-LA", "year": "2014"})
            found = [*complaints(specimen, answer, resident_kb() - before)]
            if found:
                wrong[specimen.path.name] = found

    assert wrong == {}
    assert callers == []
    assert [*elsewhere.rglob("*")] == []
    assert door.desk.states() == {"KH-2014": "active", "KH-MOI": "draft"}
    assert {status for status, _ in door.meanwhile.answers} == {200}
    assert max(seconds for _, seconds in door.meanwhile.answers) < _PATIENCE_SECONDS


@pytest.mark.parametrize("plan", ["KH-2014", "KH-MOI"])
def test_fault_48_no_bomb_changes_a_plan(
    door: Door, tmp_path: Path, elsewhere: Path, plan: str
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    bombs = [one for one in make_corpus(corpus, kinds=["archives"]) if one.path.name in _WORST]
    form = {"decision": "1/QĐ", "decided_on": "2014-06-01", "absent": "", "note": ""}
    rows = door.desk.rows(plan)

    answers = [
        door.hand_in(f"/ke-hoach/{plan}/dieu-chinh", one, form if plan == "KH-2014" else {})
        for one in bombs
    ]

    assert [each.status_code for each in answers] == [422] * len(_WORST)
    assert door.desk.rows(plan) == rows
    assert door.desk.imports() == []
    assert [*elsewhere.rglob("*")] == []


def _evidence(door: Door, specimen: Specimen) -> httpx2.Response:
    with door.desk.site.app.database.read() as tx:
        version = find(tx, "KH-2014/T1").task.version
    sent = {"files": (specimen.path.name, specimen.path.read_bytes())}
    form = {"version": str(version)}
    return door.others["tp"].post("/nhiem-vu/KH-2014/T1/minh-chung", data=form, files=sent)


def _list(kind: str) -> Callable[[Door, Specimen], httpx2.Response]:
    def post(door: Door, specimen: Specimen) -> httpx2.Response:
        sent = {"file": (specimen.path.name, specimen.path.read_bytes())}
        return door.others["gd"].post(f"/quan-tri/nhap/{kind}", data={"lam": "ghi"}, files=sent)

    return post


def _workflow(door: Door, specimen: Specimen) -> httpx2.Response:
    sent = {"tep": (specimen.path.name, specimen.path.read_bytes())}
    form = {"viec": "ban-hanh", "note": "thử"}
    return door.others["gd"].post("/quan-tri/quy-trinh/plan_task", data=form, files=sent)


def _by_program(path: str, **form: str) -> Callable[[Door, Specimen], httpx2.Response]:
    def post(door: Door, specimen: Specimen) -> httpx2.Response:
        sent = {"file": (specimen.path.name, specimen.path.read_bytes())}
        return door.others["program"].post(f"/api/v1/{path}", data=form, files=sent)

    return post


#: The files, and whoever was called.
Odd = tuple[list[Specimen], list[Any]]
#: Every door but those of plans on pages: how a file is handed in.
_DOORS: Mapping[str, Callable[[Door, Specimen], httpx2.Response]] = {
    "evidence": _evidence,
    "units": _list("don-vi"),
    "people": _list("nguoi-dung"),
    "workflow": _workflow,
    "evidence of a program": _by_program("tasks/KH-2014/T1/files"),
    "plan of a program": _by_program("plans/KH-LA/imports", year="2014"),
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Odd]:
    """Some odd files of each kind, and the worst; made once, and whoever is called by them."""
    with listening() as (port, callers):
        made = make_corpus(tmp_path_factory.mktemp("corpus"), port=port)
        of_kind = [
            [one for one in made if one.path.parent.name.startswith(f"{kind}-")] for kind in KINDS
        ]
        few = [one for ones in of_kind for one in ones[::_SPREAD][:_FEW]]
        worst = [one for one in made if one.path.name in _WORST and one not in few]
        yield [*few, *worst], callers


@pytest.mark.parametrize("name", _DOORS)
def test_fault_48_no_odd_file_gets_through_any_other_door(
    door: Door, odd: Odd, elsewhere: Path, name: str
) -> None:
    specimens, callers = odd
    before, wrong = resident_kb(), {}
    with door.meanwhile.looking():
        for specimen in specimens:
            answer = _DOORS[name](door, specimen)
            if answer.status_code not in _CALM:
                wrong[f"{specimen.path.parent.name}/{specimen.path.name}"] = answer.status_code

    assert wrong == {}
    assert callers == []
    assert [*elsewhere.rglob("*")] == []
    assert resident_kb() - before < _GROWTH_KB
    assert door.desk.states() == {"KH-2014": "active", "KH-MOI": "draft"}
    assert {status for status, _ in door.meanwhile.answers} == {200}
    assert max(seconds for _, seconds in door.meanwhile.answers) < _PATIENCE_SECONDS


def test_fault_48_a_file_larger_than_the_limit_is_refused_before_it_is_read(
    door: Door, elsewhere: Path
) -> None:
    files = {"file": ("to.docx", b"PK\x03\x04" + b"\0" * 40_000_000)}

    answer = door.officer.post("/ke-hoach/nhap", data={"code": "K", "year": "2014"}, files=files)

    assert answer.status_code in (413, 422)
    assert door.desk.imports() == []
    assert [*elsewhere.rglob("*")] == []


def test_fault_48_one_person_has_one_file_read_at_a_time(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, go_on = threading.Event(), threading.Event()

    def slow(*_papers: object) -> None:
        reading.set()
        go_on.wait(30)
        raise Mistakes([])

    monkeypatch.setattr("dondoc.intake.read", slow)
    form, files = {"code": "K", "year": "2014"}, {"file": ("a.csv", b"a,b\n1,2\n")}
    first = threading.Thread(
        target=lambda: door.officer.post("/ke-hoach/nhap", data=form, files=files)
    )
    first.start()
    reading.wait(30)

    second = door.officer.post("/ke-hoach/nhap", data=form, files=files)

    go_on.set()
    first.join()
    assert second.status_code == 429
    assert int(second.headers["retry-after"]) > 0
