"""The office of who signed a plan, from the lines below its text; names of people are left."""

from collections.abc import Sequence

from workflows.planfile.flow import Line
from workflows.planfile.rules import IntakeRules


def signer_of(lines: Sequence[Line], *, rules: IntakeRules) -> str | None:
    """Return the office as written, in one line: "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC"; None: none stands."""
    words = rules.signatures
    for place, line in enumerate(lines):
        if _is_office(line.text, powers=words.powers, offices=words.offices):
            office = [line.text]
            for following in lines[place + 1 :]:
                if not _is_office(following.text, powers=words.powers, offices=words.offices):
                    break
                office.append(following.text)
            return " ".join(office)
    return None


def _is_office(text: str, *, powers: Sequence[str], offices: Sequence[str]) -> bool:
    """Tell whether a line is an office in capitals, as the layout of documents asks for."""
    if not text.isupper():
        return False
    lowered = text.lower().strip(" .")
    named = (lowered == office or lowered.startswith(f"{office} ") for office in offices)
    return lowered.startswith(tuple(powers)) or any(named)
