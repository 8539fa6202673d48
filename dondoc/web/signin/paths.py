"""Where somebody goes on to after signing in: to a page of ours, and nowhere else."""

from urllib.parse import urlsplit

HOME = "/viec-cua-toi"
#: Whoever comes from there is to go on, not back.
_DOORS = ("/dang-nhap", "/dang-xuat", "/ngon-ngu", "/thiet-lap")
_LONGEST = 2_000


def own_path(wanted: str, *, otherwise: str = HOME) -> str:
    """Return a path of ours with its query; what leads elsewhere becomes another.

    Browsers take two slashes of either kind for another machine, and pass over control characters.
    """
    if not wanted.startswith("/") or wanted[1:2] in ("/", "\\") or len(wanted) > _LONGEST:
        return otherwise
    if not wanted.isprintable() or "\\" in wanted:
        return otherwise
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or parts.path.startswith(_DOORS):
        return otherwise
    return wanted
