"""Plans handed in on pages: files in a few lines, drafts ready to be reviewed, what a page says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select

from engine.commands import plans, reviews
from engine.draft import DraftItem, Remark, Source
from engine.review import Proposal
from engine.store.doors import plan_import
from engine.store.record import audit_entry, notice, plan
from tests.support.drafts import deadline, item
from tests.support.drafts import plan as drafted
from tests.support.web import Site

#: A table whose second and third column nobody knows.
STRANGE = (
    "TT,Việc phải làm,Ai làm,Xong trước\n"
    "1,Xây dựng kế hoạch,CNTT,31/3/2014\n"
    "2,Tập huấn nghiệp vụ,VP,30/6/2014\n"
)
#: The same, as everybody writes it.
PLAIN = STRANGE.replace("Việc phải làm,Ai làm,Xong trước", "Nội dung nhiệm vụ,Chủ trì,Thời hạn")
DRAFT = "KH-MOI"


@dataclass(frozen=True, slots=True)
class Desk:
    """An office whose monitoring unit has an officer, `vp1`, beside its head, `cvp`.

    Attributes:
        site: Its pages.
    """

    site: Site

    def hand_in(self, text: str, *, by: str = "vp1", code: str = DRAFT, **more: Any) -> Response:
        """Hand a table in as a new plan."""
        data = {"code": code, "year": "2014", **more}
        files = {"file": ("bang.csv", text.encode())}
        return self.as_(by).post("/ke-hoach/nhap", data=data, files=files)

    def as_(self, code: str) -> TestClient:
        """Return somebody signed in."""
        return self.site.as_(code)

    def draft(self, *items: DraftItem, code: str = DRAFT) -> None:
        """Store a draft, as if a file had been read."""
        with self.site.app.database.begin() as tx:
            plans.import_plan(
                tx, drafted(*items, code=code), actor="vp1", rules=self.site.app.rules,
                at=self.site.now,
            )  # fmt: skip

    def rows(self, code: str = DRAFT) -> dict[str, Proposal]:
        """Return the rows of a stored plan by code."""
        with self.site.app.database.read() as tx:
            found = reviews.review_plan(tx, code, rules=self.site.app.rules, at=self.site.now)
        return {row.code: row for row in found.rows}

    def states(self) -> dict[str, str]:
        """Return the state of each plan."""
        with self.site.app.database.read() as tx:
            return {row.code: row.state for row in tx.execute(select(plan.c.code, plan.c.state))}

    def imports(self) -> list[tuple[str, bool]]:
        """Return the state of each import, and whether its file is still there."""
        with self.site.app.database.read() as tx:
            rows = tx.execute(
                select(plan_import.c.state, func.length(plan_import.c.content)).order_by(
                    plan_import.c.created_at
                )
            )
            return [(state, bool(size)) for state, size in rows]

    def counted(self) -> Mapping[str, int]:
        """Return how many rows the ledger and the record have."""
        with self.site.app.database.read() as tx:
            return {
                table.name: tx.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (notice, audit_entry, plan)
            }

    def actions(self) -> list[tuple[str, str]]:
        """Return every action of the record with who did it, the newest last."""
        with self.site.app.database.read() as tx:
            rows = tx.execute(
                select(audit_entry.c.action, audit_entry.c.actor).order_by(audit_entry.c.id)
            )
            return [(row.action, row.actor) for row in rows]


def doubtful() -> Sequence[DraftItem]:
    """Return rows of which something is asked, and one of which nothing is."""
    place = Source(page=3, line=12, passage="1. Xây dựng kế hoạch trong quý I")
    return (
        item("1", title="Xây dựng kế hoạch", lead="CNTT", source=place, output="Kế hoạch",
             deadline=deadline("2014-03-31", phrase="quý I", confidence="confirm")),
        item("2", title="Tập huấn", lead="Phòng lạ", deadline=deadline("2014-06-30")),
        item("3", title="Rà soát quy trình", lead="VP", near_duplicates=("4",),
             deadline=deadline("2014-09-30")),
        item("4", title="Rà soát các quy trình", lead="VP", near_duplicates=("3",),
             deadline=deadline("2014-09-30")),
        item("5", title="Nâng cấp thư điện tử", lead="CNTT", deadline=deadline("2014-12-31"),
             warnings=(Remark(code="remark", message="ghi chú của trình đọc"),)),
    )  # fmt: skip


def clear() -> Sequence[DraftItem]:
    """Return rows of which nothing is asked."""
    return [
        item("1", title="Xây dựng kế hoạch", lead="CNTT", assignee="cv", output="Kế hoạch",
             deadline=deadline("2014-03-31")),
        item("2", title="Tập huấn", lead="CNTT", output="Báo cáo",
             deadline=deadline("2014-06-30")),
        item("3", title="Rà soát quy trình", lead="VP", output="Quy trình",
             deadline=deadline("2014-09-30")),
    ]  # fmt: skip


def titled(title: str) -> DraftItem:
    """Return a clear row with a title of its own."""
    return replace(clear()[0], title=title)


def read(answer: Response) -> str:
    """Return what a page says, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
