"""Finding the unit or person that a piece of text names; exact after folding, never a guess."""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping

from engine.organisation import Organisation, Person, Unit
from engine.spelling import fold

#: How like a name a hint has to be: names of people are short, those of units begin alike.
_PERSON_LIKE, _UNIT_LIKE = 0.6, 0.8
#: Hints given for one name.
_HINTS = 3
_SEVERAL = 2
#: Words and signs inside names that abbreviations leave out.
_JOINTS = re.compile(r"(?<!\w)và(?!\w)|[\s.,&/()-]+")
#: An abbreviation cut short, in letters: below this it may begin anything.
_TELLING = 4


def bare(text: str) -> str:
    """Return text folded and without diacritics: good for suggesting, never for deciding."""
    parts = unicodedata.normalize("NFD", fold(text).replace("đ", "d"))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


class Names:
    """Every name of an office, indexed once for many questions; answers are remembered."""

    def __init__(self, organisation: Organisation) -> None:
        """Index codes, names, other names and the abbreviations that follow from them."""
        self._organisation = organisation
        self._words = organisation.names
        self._exact: dict[str, list[Unit]] = defaultdict(list)
        self._spelled: dict[str, list[Unit]] = defaultdict(list)
        self._short: dict[str, list[Unit]] = defaultdict(list)
        self._bare: dict[str, list[Unit]] = defaultdict(list)
        self._found: dict[str, Unit | None] = {}
        self._near: dict[str, tuple[Unit, ...]] = {}
        self._ended: dict[str, list[Unit]] = defaultdict(list)
        for unit in organisation.units:
            if unit.valid_to is not None:
                for name in unit_names(unit):
                    self._ended[name].append(unit)
        for unit in organisation.standing:
            for name in unit_names(unit):
                self._exact[name].append(unit)
                self._bare[bare(name)].append(unit)
            for form in frozenset(self._spelled_forms(unit)):
                self._spelled[form].append(unit)
            for form in frozenset(self._short_forms(unit)):
                self._short[form].append(unit)

    def unit(self, text: str) -> Unit | None:
        """Return the one unit of that code, name, other name or abbreviation, None if several."""
        if text not in self._found:
            found = self._exact.get(fold(text)) or self._abbreviated(text)
            self._found[text] = found[0] if len(found) == 1 else None
        return self._found[text]

    def person(self, text: str) -> Person | None:
        """Return the one person whose code or name is this text; None if none or several are."""
        by_code, by_name = self._people(text)
        found = by_code or by_name
        return found[0] if len(found) == 1 else None

    def near_units(self, text: str) -> tuple[Unit, ...]:
        """Return the units that were perhaps meant, the likeliest first."""
        if text not in self._near:
            several = self._exact.get(fold(text)) or self._abbreviated(text)
            if len(several) < _SEVERAL:
                several = [*self._heirs(text), *self._like(text), *self._of_person(text)]
            by_code = {unit.code: unit for unit in several}
            self._near[text] = tuple(by_code.values())[:_HINTS]
        return self._near[text]

    def near_people(self, text: str) -> tuple[Person, ...]:
        """Return the people who were perhaps meant, the likeliest first."""
        same_name = self._people(text)[1]
        if same_name:
            return tuple(same_name[:_HINTS])
        by_name: dict[str, list[Person]] = defaultdict(list)
        for one in self._organisation.people:
            for name in (one.code, one.name):
                by_name[bare(name)].append(one)
        names = difflib.get_close_matches(bare(text), by_name, n=_HINTS, cutoff=_PERSON_LIKE)
        return tuple(dict.fromkeys(one for name in names for one in by_name[name]))[:_HINTS]

    def is_group(self, text: str) -> bool:
        """Return whether a name means several units at once: "các phòng, đơn vị"."""
        wanted = fold(text)
        parts = [part.strip() for part in re.split(r"[,;/]| - | và ", wanted)]
        return (
            _begins(wanted, self._words.groups)
            or all(part in self._words.collective for part in parts)
            or any(f" {wanted}".endswith(f" {ending}") for ending in self._words.group_endings)
        )

    def is_outside(self, text: str) -> bool:
        """Return whether a name is that of a body which is no unit of this office."""
        return self.unit(text) is None and _begins(fold(text), self._words.agencies)

    def _people(self, text: str) -> tuple[list[Person], list[Person]]:
        wanted = fold(text)
        people = self._organisation.people
        return (
            [one for one in people if fold(one.code) == wanted],
            [one for one in people if fold(one.name) == wanted],
        )

    def _heirs(self, text: str) -> Iterator[Unit]:
        """Yield the units that took over from one of this name."""
        waiting = list(self._ended.get(fold(text), ()))
        seen: set[str] = set()
        while waiting:
            unit = waiting.pop(0)
            if unit.valid_to is None:
                yield unit
            elif unit.code not in seen:
                seen.add(unit.code)
                by_code = self._organisation.unit_by_code
                waiting += [by_code[code] for code in unit.heirs if code in by_code]

    def _like(self, text: str) -> list[Unit]:
        """Return units called so but for accents or an end, else those with a name like it."""
        form, unaccented = _compact(text), bare(_compact(text))
        is_cut = len(form) >= _TELLING and _has_capitals(text)
        short = [
            unit
            for longer, units in (*self._spelled.items(), *self._short.items())
            if bare(longer) == unaccented or (is_cut and longer.startswith(form))
            for unit in units
        ]
        if short:
            return short
        names = difflib.get_close_matches(bare(text), self._bare, n=_HINTS, cutoff=_UNIT_LIKE)
        words = set(bare(text).split())
        if len(words) > 1:
            # "Phòng Công nghệ" is perhaps the Phòng Quản lý công nghệ.
            names += [name for name in self._bare if words <= set(name.split())]
        return [unit for name in names for unit in self._bare[name]]

    def _of_person(self, text: str) -> Iterator[Unit]:
        person = self.person(text)
        for held in self._organisation.holdings:
            unit = self._organisation.unit_by_id[held.unit_id]
            if person is not None and held.person_id == person.id and unit.valid_to is None:
                yield unit

    def _abbreviated(self, text: str) -> list[Unit]:
        form = _compact(text)
        spelled = self._spelled.get(form, [])
        # Only what is written in capitals is taken for an abbreviation.
        return spelled or (self._short.get(form, []) if _has_capitals(text) else [])

    def _parts(self, unit: Unit) -> Iterator[tuple[str, str]]:
        for name in (unit.name, *unit.aliases):
            kind, rest = _split(name, self._words.kinds)
            if kind:
                yield kind, rest

    def _stands_alone(self, rest: str) -> bool:
        # "VP" is the Văn phòng Sở of a Sở; "P" is no division in particular.
        root = self._organisation.root
        return fold(rest) in ("", fold(root.name).partition(" ")[0] if root else "")

    def _spelled_forms(self, unit: Unit) -> Iterator[str]:
        """Yield forms with all words in them: "P. Quản lý công nghệ", "Thanh tra"."""
        for kind, rest in self._parts(unit):
            yield from (_compact(short) + _compact(rest) for short in self._words.kinds[kind])
            if self._stands_alone(rest):
                yield _compact(kind)

    def _short_forms(self, unit: Unit) -> Iterator[str]:
        """Yield forms in initials: "QLCN", "P. QLCN", "Phòng QLCN", "VP"."""
        for kind, rest in self._parts(unit):
            letters = _initials(rest)
            heads = [_compact(head) for head in (*self._words.kinds[kind], kind)]
            if letters:
                yield from (head + letters for head in heads)
            if len(letters) > 1:
                yield letters
            if self._stands_alone(rest):
                yield from heads


def find_unit(organisation: Organisation, text: str) -> Unit | None:
    """Return the one unit that a text names; None if none or several are called so."""
    return Names(organisation).unit(text)


def unit_names(unit: Unit) -> frozenset[str]:
    """Return everything a unit is called, folded."""
    return frozenset(fold(name) for name in (unit.code, unit.name, *unit.aliases))


def suggest_unit(organisation: Organisation, text: str) -> str | None:
    """Return the name of the unit that was probably meant, for a person to confirm."""
    near = Names(organisation).near_units(text)
    return near[0].name if near else None


def is_prefix(prefix: str, whole: str) -> bool:
    """Return whether a title cut short still names the same title."""
    return fold(whole).startswith(fold(prefix))


def _begins(text: str, words: tuple[str, ...]) -> bool:
    return any(text == word or text.startswith(f"{word} ") for word in words)


def _split(name: str, kinds: Mapping[str, tuple[str, ...]]) -> tuple[str, str]:
    """Split a name into its kind and the rest, the longest kind first; no kind: ("", name)."""
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    for kind in sorted(kinds, key=len, reverse=True):
        if _begins(fold(plain), (fold(kind),)):
            return kind, plain[len(kind) :].strip()
    return "", plain


def _compact(text: str) -> str:
    return _JOINTS.sub("", fold(text))


def _has_capitals(text: str) -> bool:
    return any(len(word) > 1 and word.isupper() for word in re.findall(r"\w+", text))


def _initials(text: str) -> str:
    """Return first letters, folded; a word that is an abbreviation already stays whole."""
    words = [word for word in _JOINTS.split(unicodedata.normalize("NFC", text)) if word]
    return "".join(
        fold(word if len(word) > 1 and word.isupper() else word[0])
        for word in words
        if fold(word) != "và"
    )
