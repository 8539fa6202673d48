"""The judge of a log: told its entries and blocks in their order, it keeps what is wrong.

It knows neither database nor file; `verify` and `offline` read for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from engine.audit.anchors import Anchor
from engine.audit.blocks import NO_BLOCK, Block, digest
from engine.audit.entries import GENESIS
from engine.audit.merkle import root
from engine.audit.verdict import MOST_FINDINGS, Finding, Verdict

#: The head of a subject whose entries do not come in the order of its chain: equal to no hash.
_ASTRAY = ""


class Judge:
    """Follows one log from its first entry to its last.

    Attributes:
        heads: Hash of the newest entry of each subject.
        entries: How many entries the blocks so far hold.
        newest: The greatest entry id that they say they seal.
    """

    def __init__(self, *, anchors: Iterable[Anchor], outside: Anchor | None) -> None:
        """Begin before the first entry.

        Args:
            anchors: Those that came with the log.
            outside: One that was kept elsewhere.
        """
        self.heads: dict[str, str] = {}
        self.entries = 0
        self._blocks = 0
        self._prev = NO_BLOCK
        self.newest = ""
        self._findings: list[Finding] = []
        self._more = 0
        self._is_anchored = outside is not None
        self._agreed = 0
        self._anchors: dict[int, list[Anchor]] = defaultdict(list)
        for anchor in (*anchors, *([outside] if outside else [])):
            self._anchors[anchor.block].append(anchor)
        self._astray: dict[str, list[tuple[int, str, str]]] = {}

    @property
    def found(self) -> int:
        """How many findings there are so far."""
        return len(self._findings) + self._more

    def report(self, check: str, number: int | None, *, place: str, problem: str) -> None:
        """Keep a finding."""
        if len(self._findings) < MOST_FINDINGS:
            finding = Finding(check=check, number=number, place=place, problem=problem)
            self._findings.append(finding)
        else:
            self._more += 1

    def report_entry(self, check: str, number: int, problem: str) -> None:
        """Keep a finding about one entry."""
        self.report(check, number, place=f"mục {number}", problem=problem)

    def follow(self, number: int, subject: str, *, prev: str, own: str) -> None:
        """Follow a subject's chain over one more entry."""
        head = self.heads.get(subject, GENESIS.hash)
        if head == prev:
            self.heads[subject] = own
            return
        # Perhaps only sealed out of order; that is decided when all of the subject's are known.
        astray = self._astray.setdefault(subject, [])
        if not astray:
            astray.append((0, "", head))
        astray.append((number, prev, own))
        self.heads[subject] = _ASTRAY

    def close(self, block: Block, hashes: Sequence[str], *, is_whole: bool = True) -> None:
        """Judge a block by the entries it seals.

        Args:
            block: The block.
            hashes: Hashes that the bodies of its entries really have, in their order.
            is_whole: All of its entries are there; otherwise its root is not looked at again,
                because what is missing has been reported.
        """
        place = f"khối {block.number} (mục {block.first_seq}-{block.last_seq})"
        for problem in self._problems(block):
            self.report("block", block.first_seq, place=place, problem=problem)
        if is_whole and (len(hashes) != block.count or root(hashes) != block.root):
            problem = "gốc Merkle không khớp: có mục bị sửa, thêm, bớt hoặc đổi chỗ trong khối"
            self.report("root", block.first_seq, place=place, problem=problem)
        for anchor in self._anchors.pop(block.number, ()):
            self._compare(anchor, block, place=place)
        self.entries = block.last_seq
        self._blocks = block.number
        self._prev = block.hash
        self.newest = block.newest

    def settle(self) -> None:
        """Decide what could not be before the log had ended."""
        for subject, entries in self._astray.items():
            self._settle(subject, entries)
        for anchors in self._anchors.values():
            for anchor in anchors:
                self._lost(anchor)

    def verdict(self) -> Verdict:
        """Return the outcome; to be called after `settle`."""
        ordered = sorted(
            self._findings, key=lambda one: (one.number is None, one.number or 0, one.check)
        )
        return Verdict(
            entries=self.entries,
            blocks=self._blocks,
            head=self._prev,
            findings=tuple(ordered),
            more=self._more,
            is_anchored=self._is_anchored,
        )

    def _problems(self, block: Block) -> list[str]:
        problems = []
        if block.number != self._blocks + 1:
            problems.append(f"khối liền trước là {self._blocks}: số khối bị khuyết hoặc lặp")
        if block.first_seq != self.entries + 1:
            problems.append(f"phải bắt đầu từ mục {self.entries + 1}: số thứ tự bị khuyết hoặc lặp")
        if block.prev != self._prev:
            problems.append("không nối với khối liền trước")
        if block.newest < self.newest:
            problems.append("mã mục mới nhất lùi lại so với khối trước")
        if block.hash != digest(block):
            problems.append("mã băm của khối không khớp với nội dung")
        return problems

    def _compare(self, anchor: Anchor, block: Block, *, place: str) -> None:
        if (anchor.hash, anchor.entries) == (block.hash, block.last_seq):
            self._agreed = block.last_seq
            return
        first = min(self._agreed + 1, block.first_seq)
        problem = (
            f"khác với mốc neo lúc {anchor.at:%Y-%m-%d %H:%M:%S} UTC: nhật ký đã bị viết lại "
            f"ở đâu đó trong các mục {first}-{block.last_seq}"
        )
        self.report("anchor", first, place=place, problem=problem)

    def _lost(self, anchor: Anchor) -> None:
        if anchor.block == 0 and anchor.hash == NO_BLOCK and anchor.entries == 0:
            return
        problem = (
            f"mốc neo lúc {anchor.at:%Y-%m-%d %H:%M:%S} UTC đã ghi {anchor.entries} mục, nay chỉ "
            f"còn {self.entries}: phần cuối nhật ký bị cắt, hoặc đây là bản sao cũ"
        )
        self.report("anchor", self.entries + 1, place=f"khối {anchor.block}", problem=problem)

    def _settle(self, subject: str, entries: list[tuple[int, str, str]]) -> None:
        """Link the entries of a subject by their hashes, and report those that do not hang on."""
        _, _, head = entries[0]
        by_prev: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, prev, own in entries[1:]:
            by_prev[prev].append((number, own))
        while len(by_prev.get(head, ())) == 1:
            _, head = by_prev.pop(head)[0]
        self.heads[subject] = head
        loose = sorted(number for group in by_prev.values() for number, _ in group)
        if loose:
            problem = f"không nối với mục liền trước của {subject}: có mục bị sửa, thêm hoặc bớt"
            self.report_entry("chain", loose[0], problem)
