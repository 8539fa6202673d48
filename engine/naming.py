"""Finding the unit or person that a piece of text names; exact after folding, never a guess."""

import unicodedata

from engine.organisation import Organisation, Person, Unit
from engine.spelling import nearest


def fold(text: str) -> str:
    """Return text as it is compared: NFC, one space between words, no case, plain dashes."""
    plain = unicodedata.normalize("NFC", text).replace("–", "-").replace("—", "-")
    return " ".join(plain.casefold().split())


def find_unit(organisation: Organisation, text: str) -> Unit | None:
    """Return the one unit whose code, name or alias is this text; None if none or several are."""
    wanted = fold(text)
    found = [unit for unit in organisation.units if wanted in unit_names(unit)]
    return found[0] if len(found) == 1 else None


def unit_names(unit: Unit) -> frozenset[str]:
    """Return everything a unit is called, folded."""
    return frozenset(fold(name) for name in (unit.code, unit.name, *unit.aliases))


def suggest_unit(organisation: Organisation, text: str) -> str | None:
    """Return the name of the unit that was probably meant, for a person to confirm."""
    by_name = {name: unit for unit in organisation.units for name in unit_names(unit)}
    hint = nearest(fold(text), by_name)
    return by_name[hint].name if hint is not None else None


def find_person(organisation: Organisation, text: str) -> Person | None:
    """Return the one person whose code or name is this text; None if none or several are."""
    wanted = fold(text)
    by_code = [one for one in organisation.people if fold(one.code) == wanted]
    if by_code:
        return by_code[0]
    by_name = [one for one in organisation.people if fold(one.name) == wanted]
    return by_name[0] if len(by_name) == 1 else None


def is_prefix(prefix: str, whole: str) -> bool:
    """Return whether a title cut short still names the same title."""
    return fold(whole).startswith(fold(prefix))
