"""Who had a link made for him is told so: whoever holds it can sign in as he."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.addresses import is_address
from engine.linking import LinkLetter, MadeLink
from engine.organisation import Organisation, Person
from engine.store import links
from engine.store.session import Transaction
from scheduler.aside import Aside, Sidecar
from scheduler.courier import Rendered

#: As long as a link may be good. What could not be told by then, the pages say.
_TOLD_WITHIN = timedelta(hours=72)
_OPERATOR = "operator:"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLetters:
    """Tells people of links that others made for them."""

    sidecar: Sidecar

    def turn(self) -> int:
        """Tell of every link that was not told of yet; return how many a server has taken."""
        sidecar = self.sidecar
        if sidecar.desk.link_teller is None:
            return 0
        at, taken = sidecar.clock.now(), 0
        with sidecar.database.read() as tx:
            made = links.made_since(tx, at - _TOLD_WITHIN, at=at)
            organisation = sidecar.desk.rules.current(tx).organisation if made else None
        for link in made:
            person = organisation.person_by_id.get(link.person_id) if organisation else None
            is_told = person is not None and person.is_reachable and is_address(person.email or "")
            if organisation is None or person is None or not is_told:
                continue
            if link.created_by != person.code:
                maker = _name(organisation, link.created_by)
                taken += sidecar.carry(self._letter(link, person, maker=maker), at=at)
        return taken

    def _letter(self, link: MadeLink, person: Person, *, maker: str) -> Aside:
        desk, clock = self.sidecar.desk, self.sidecar.clock
        reference = _reference(link, desk.sender.rpartition("@")[2])

        def word(_tx: Transaction) -> Rendered | None:
            now: datetime = clock.now()
            if desk.link_teller is None:
                return None
            return desk.link_teller(
                LinkLetter(
                    reference=reference, name=person.name, address=person.email or "",
                    maker=maker, made_at=link.created_at, good_until=link.expires_at, at=now,
                )
            )  # fmt: skip

        return Aside(
            reference=reference, kind="link", person=person, has_news=lambda _: True, word=word
        )


def _name(organisation: Organisation, code: str) -> str:
    if code.startswith(_OPERATOR):
        return f"người vận hành máy ({code.removeprefix(_OPERATOR)})"
    found = organisation.person_by_code.get(code)
    return f"{found.name} ({found.code})" if found else code


def _reference(link: MadeLink, domain: str) -> str:
    digest = hashlib.sha256(f"link|{link.id}".encode()).hexdigest()[:16]
    return f"<lien-ket.{link.created_at:%Y%m%d}.{digest}@{domain}>"
