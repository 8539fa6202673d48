"""Every page there is, from the router itself, and where to see one of each.

A page that nobody can see an example of fails the tests: whoever adds one names it here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from dondoc.mail.links import Linked, signed
from dondoc.secretbox import box_of
from engine.commands import webhooks
from engine.commands.webhooks import ALL, Hooking
from tests.support.year import AUDITOR, DIRECTOR, HEAD, MONITOR, OFFICER, PLAN, TASK, Year

#: The plan that is being taken in when the year is over.
NEXT_PLAN = "KH-CCHC-2026"


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a page is to be seen.

    Attributes:
        person: By whom; nobody where none is signed in.
        path: Its address, or the page on which the first link to such a page is.
        link: What that link looks like; "" where the address is known.
    """

    person: str | None
    path: str
    link: str = ""


#: By pattern of the route; several where a page has several faces.
PAGES: Mapping[str, tuple[Seen, ...]] = {
    "/api/docs": (Seen(MONITOR, "/api/docs"),),
    "/bao-cao": (Seen(MONITOR, "/bao-cao"),),
    "/bao-cao/{plan}/{code}": (Seen(MONITOR, "/bao-cao", r"/bao-cao/[^/\"?]+/[^/\"?#]+"),),
    "/bo-loc": (Seen(MONITOR, "/bo-loc"),),
    "/dang-nhap": (Seen(None, "/dang-nhap"),),
    "/ke-hoach": (Seen(MONITOR, "/ke-hoach"), Seen(OFFICER, "/ke-hoach")),
    "/ke-hoach/nhap": (Seen(MONITOR, "/ke-hoach/nhap"),),
    "/ke-hoach/nhap/{import_id}": (Seen(MONITOR, "{import}"),),
    "/ke-hoach/nhap/{import_id}/doi": (Seen(MONITOR, "{change}"),),
    "/ke-hoach/{code}": (Seen(DIRECTOR, f"/ke-hoach/{PLAN}"), Seen(OFFICER, f"/ke-hoach/{PLAN}")),
    "/ke-hoach/{code}/dieu-chinh": (Seen(MONITOR, f"/ke-hoach/{PLAN}/dieu-chinh"),),
    "/ke-hoach/{code}/giao-them": (Seen(MONITOR, f"/ke-hoach/{PLAN}/giao-them"),),
    "/ke-hoach/{code}/giao-viec": (Seen(MONITOR, f"/ke-hoach/{NEXT_PLAN}/giao-viec"),),
    "/ke-hoach/{code}/phien-ban": (Seen(DIRECTOR, f"/ke-hoach/{PLAN}/phien-ban"),),
    "/ke-hoach/{code}/ra-soat": (Seen(MONITOR, f"/ke-hoach/{NEXT_PLAN}/ra-soat"),),
    "/ke-hoach/{code}/ra-soat/{item}": (
        Seen(MONITOR, f"/ke-hoach/{NEXT_PLAN}/ra-soat", r"/ke-hoach/[^/\"]+/ra-soat/[^\"?#]+"),
    ),
    "/ke-hoach/{code}/so-sanh": (Seen(DIRECTOR, f"/ke-hoach/{PLAN}/so-sanh?a=1&b=1"),),
    "/l/{token}": (Seen(OFFICER, "{link}"), Seen(OFFICER, "/l/khong-con-dung")),
    "/loi/{code}": (Seen(None, "/loi/conflict"),),
    "/nhat-ky": (Seen(AUDITOR, "/nhat-ky"),),
    "/nhat-ky/{number}": (Seen(AUDITOR, "/nhat-ky/20"),),
    "/nhiem-vu": (
        Seen(MONITOR, "/nhiem-vu"), Seen(OFFICER, "/nhiem-vu?status=overdue"),
        Seen(MONITOR, "/nhiem-vu?q=khong-co-viec-nao-nhu-the"),
    ),
    "/nhiem-vu/lich": (Seen(MONITOR, "/nhiem-vu/lich"),),
    "/nhiem-vu/tien-do": (Seen(MONITOR, "/nhiem-vu/tien-do"),),
    "/nhiem-vu/{plan}/{code}": (
        Seen(OFFICER, f"/nhiem-vu/{TASK}"), Seen(MONITOR, f"/nhiem-vu/{PLAN}/II.5.4"),
        Seen(AUDITOR, f"/nhiem-vu/{PLAN}/II.1.3"), Seen(HEAD, f"/nhiem-vu/{PLAN}/II.1.3.2"),
    ),
    "/nhiem-vu/{plan}/{code}/{words}": (
        Seen(OFFICER, f"/nhiem-vu/{TASK}/bao-cao"), Seen(OFFICER, f"/nhiem-vu/{TASK}/vuong-mac"),
        Seen(OFFICER, f"/nhiem-vu/{TASK}/gia-han"), Seen(HEAD, f"/nhiem-vu/{TASK}/doi-nguoi"),
        Seen(MONITOR, f"/nhiem-vu/{TASK}/dat-han"), Seen(DIRECTOR, f"/nhiem-vu/{TASK}/huy"),
        Seen(AUDITOR, f"/nhiem-vu/{TASK}/huy"), Seen(HEAD, f"/nhiem-vu/{TASK}/phoi-hop"),
    ),
    "/nhiem-vu/{plan}/{code}/sua": (Seen(MONITOR, f"/nhiem-vu/{PLAN}/II.5.4/sua"),),
    "/tai-khoan": (Seen(OFFICER, "/tai-khoan"),),
    "/lich/{year}": (Seen(MONITOR, "/lich/2025"), Seen(OFFICER, "/lich/2027")),
    "/bat-dau": (Seen(MONITOR, "/bat-dau"),),
    "/quan-tri": (Seen(MONITOR, "/quan-tri"), Seen(AUDITOR, "/quan-tri")),
    "/quan-tri/don-vi": (Seen(MONITOR, "/quan-tri/don-vi"),),
    "/quan-tri/don-vi/sap-xep": (Seen(MONITOR, "/quan-tri/don-vi/sap-xep"),),
    "/quan-tri/don-vi/{code}": (Seen(MONITOR, "/quan-tri/don-vi/QLNL"),),
    "/quan-tri/nguoi-dung": (Seen(MONITOR, "/quan-tri/nguoi-dung"),),
    "/quan-tri/nguoi-dung/them": (Seen(MONITOR, "/quan-tri/nguoi-dung/them"),),
    "/quan-tri/nguoi-dung/{code}": (Seen(MONITOR, f"/quan-tri/nguoi-dung/{OFFICER}"),),
    "/quan-tri/nguoi-dung/{code}/sua": (Seen(MONITOR, f"/quan-tri/nguoi-dung/{OFFICER}/sua"),),
    "/quan-tri/nguoi-dung/{code}/thoi-viec": (
        Seen(DIRECTOR, f"/quan-tri/nguoi-dung/{OFFICER}/thoi-viec"),
    ),
    "/quan-tri/nhap/{kind}": (
        Seen(MONITOR, "/quan-tri/nhap/don-vi"), Seen(MONITOR, "/quan-tri/nhap/nguoi-dung"),
    ),
    "/vang-mat": (Seen(OFFICER, "/vang-mat"), Seen(MONITOR, "/vang-mat")),
    "/quan-tri/cau-hinh": (Seen(MONITOR, "/quan-tri/cau-hinh"),),
    "/quan-tri/quy-trinh": (Seen(MONITOR, "/quan-tri/quy-trinh"),),
    "/quan-tri/quy-trinh/{name}": (Seen(MONITOR, "/quan-tri/quy-trinh/plan_task"),),
    "/quan-tri/tai-khoan": (Seen(MONITOR, "/quan-tri/tai-khoan"),),
    "/quan-tri/tai-khoan/lien-ket": (Seen(MONITOR, "/quan-tri/tai-khoan/lien-ket"),),
    "/quan-tri/tai-khoan/{code}": (Seen(MONITOR, f"/quan-tri/tai-khoan/{OFFICER}"),),
    "/quan-tri/thang-nhac": (Seen(MONITOR, "/quan-tri/thang-nhac"),),
    "/quan-tri/thang-nhac/{name}": (Seen(MONITOR, "/quan-tri/thang-nhac/unit"),),
    "/quan-tri/webhook": (Seen(MONITOR, "/quan-tri/webhook"),),
    "/quan-tri/webhook/{webhook_id}": (Seen(MONITOR, "{webhook}"),),
    "/quan-tri/van-hanh": (Seen(MONITOR, "/quan-tri/van-hanh"),),
    "/tai-khoan/bao-mat": (Seen(MONITOR, "/tai-khoan/bao-mat"),),
    "/tai-khoan/ket-noi": (Seen(OFFICER, "/tai-khoan/ket-noi"),),
    "/thiet-lap/{secret}": (Seen(None, "/thiet-lap/khong-con-dung"),),
    "/thong-bao": (Seen(OFFICER, "/thong-bao"),),
    "/thu": (Seen(MONITOR, "/thu"),),
    "/thu/{letter_id}": (Seen(MONITOR, "/thu", r"/thu/[\w-]+"),),
    "/tong-quan": (Seen(DIRECTOR, "/tong-quan"), Seen(HEAD, "/tong-quan")),
    "/tro-giup": (Seen(OFFICER, "/tro-giup"), Seen(None, "/tro-giup")),
    "/viec-cua-toi": (
        Seen(OFFICER, "/viec-cua-toi"), Seen(HEAD, "/viec-cua-toi"),
        Seen(MONITOR, "/viec-cua-toi"), Seen(DIRECTOR, "/viec-cua-toi"),
    ),
}  # fmt: skip
#: What is no page: files, pictures, words for machines, and ways to another page.
NO_PAGES = frozenset({
    "/", "/dang-nhap/oidc/ve", "/healthz", "/readyz", "/metrics", "/ical/{secret}.ics", "/lich",
    "/nhiem-vu.csv", "/nhiem-vu.xlsx", "/nhiem-vu/{code}", "/tep/{evidence_id}",
    "/thu/{letter_id}/nguyen-ban",
})  # fmt: skip
_PLAN, _TABLE = "plan.txt", "assignments.csv"
_FORM = {"code": NEXT_PLAN, "year": "2026"}


def routes(web: FastAPI, *methods: str) -> set[str]:
    """Return the patterns of all routes but those of the API that answer to a method."""
    return {
        each.path
        for each in iter_route_contexts(web.routes)
        if each.path and set(methods) & set(each.methods or ())
    }


def addresses(year: Year) -> list[tuple[str | None, str]]:
    """Return who sees what where: an example of every page.

    It takes the plan of the next year in, so that there is something to be seen of that.
    """
    places = _take_in(year)
    found = []
    for each in (seen for several in PAGES.values() for seen in several):
        path = each.path.format(**places) if each.path.startswith("{") else each.path
        found.append((each.person, _linked(year, each) if each.link else path))
    return found


def _linked(year: Year, seen: Seen) -> str:
    text = year.client(seen.person).get(seen.path).text
    link = re.search(f'href="({seen.link})"', text)
    assert link is not None, f"no link to a page of its own on {seen.path}"
    return link[1].replace("&amp;", "&")


def _take_in(year: Year) -> dict[str, str]:
    client = year.client(MONITOR)
    left = _hand_in(client, "/ke-hoach/nhap", {**_FORM, "code": f"{NEXT_PLAN}-2"}, _PLAN, _TABLE)
    taken = _hand_in(client, "/ke-hoach/nhap", _FORM, _PLAN, _TABLE)
    client.post(f"{taken}/cot", data={**_FORM, "then": "next"})
    change = _hand_in(client, f"/ke-hoach/{NEXT_PLAN}/dieu-chinh", {}, _TABLE)
    link = signed(box_of(year.app), Linked(person=OFFICER, address=TASK, action="report"))
    return {
        "import": left, "change": change, "link": f"/l/{link}",
        "webhook": f"/quan-tri/webhook/{_hook(year)}",
    }  # fmt: skip


def _hook(year: Year) -> str:
    """Have a program told of everything, and return what that is found by."""
    app, secret = year.app, box_of(year.app).seal("x" * 43)
    asked = Hooking(url="https://phan-mem.example/dondoc", events=(ALL,), secret=secret)
    with app.database.begin() as tx:
        return webhooks.create(tx, asked, by=MONITOR, rules=app.rules, at=app.clock.now())


def _hand_in(client: TestClient, path: str, form: dict[str, str], *names: str) -> str:
    """Upload files of the sample plan and return where they are looked at."""
    sample = files("dondoc.demo")
    parts = dict(zip(("file", "appendix"), names, strict=False))
    given = {part: (name, sample.joinpath(name).read_bytes()) for part, name in parts.items()}
    answer = client.post(path, data=form, files=given)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return answer.headers["location"]
