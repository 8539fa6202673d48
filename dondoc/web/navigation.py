"""The pages a person finds in the menu: which there are, and who sees which."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dondoc.web.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """An entry of the menu; `is_here` where the page is one of its own."""

    href: str
    words: str
    icon: str
    is_here: bool


def sections(visit: "Visit") -> Sequence[Section]:
    """Return the menu of whoever is there, in its order; empty where nobody is signed in."""
    viewer = visit.viewer
    if viewer is None:
        return ()
    _ = visit._
    leads = viewer.roles & {"director", "deputy_director", "monitoring_unit", "auditor"}
    found = [
        ("/viec-cua-toi", _("Việc của tôi"), "home"),
        ("/nhiem-vu", _("Nhiệm vụ"), "list"),
        ("/ke-hoach", _("Kế hoạch"), "plan"),
        ("/tong-quan", _("Tổng quan"), "chart"),
        ("/bao-cao", _("Báo cáo"), "report"),
    ]
    if leads or viewer.is_administrator:
        found.append(("/nhat-ky", _("Nhật ký"), "log"))
    if leads or viewer.is_administrator:
        found.append(("/quan-tri", _("Quản trị"), "settings"))
    path = visit.request.url.path
    return [
        Section(href=href, words=words, icon=icon,
                is_here=path == href or path.startswith(f"{href}/"))
        for href, words, icon in found
    ]  # fmt: skip
