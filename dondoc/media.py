"""What a file is by its first bytes, for people to know before they open it; nothing is refused."""

from collections.abc import Mapping

_MARKS: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"{\\rtf": "application/rtf",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "application/x-ole-storage",
    b"7z\xbc\xaf\x27\x1c": "application/x-7z-compressed",
    b"Rar!\x1a\x07": "application/vnd.rar",
    b"\x1f\x8b": "application/gzip",
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
#: A zip archive with one of these endings; its first bytes do not tell them apart.
_ZIPPED: Mapping[str, str] = {
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
#: What else a name promises, by its ending; what is not named here promises nothing.
_PROMISED: Mapping[str, frozenset[str]] = {
    "pdf": frozenset({"application/pdf"}),
    "png": frozenset({"image/png"}),
    "jpg": frozenset({"image/jpeg"}),
    "jpeg": frozenset({"image/jpeg"}),
    "gif": frozenset({"image/gif"}),
    "rtf": frozenset({"application/rtf"}),
    "doc": frozenset({"application/x-ole-storage", "application/rtf"}),
    "xls": frozenset({"application/x-ole-storage"}),
    "ppt": frozenset({"application/x-ole-storage"}),
    "zip": frozenset({"application/zip"}),
    **{ending: frozenset({media}) for ending, media in _ZIPPED.items()},
}
#: A name that a machine would run, whatever is in it.
_RUN = frozenset({
    "exe", "com", "bat", "cmd", "scr", "msi", "dll", "js", "jse", "vbs", "vbe", "wsf", "hta",
    "ps1", "lnk", "jar", "sh", "py", "reg", "docm", "xlsm", "pptm", "xlsb",
})  # fmt: skip
_ZIP = b"PK\x03\x04"
_UNKNOWN = "application/octet-stream"


def media_type(head: bytes, *, name: str) -> str:
    """Return the media type of a file from its first bytes; the name decides between archives."""
    for mark, found in _MARKS.items():
        if head.startswith(mark):
            return found
    if head.startswith(_ZIP):
        return _ZIPPED.get(name.rpartition(".")[2].lower(), "application/zip")
    return "text/plain" if _is_text(head) else _UNKNOWN


def is_taken(media: str, *, name: str) -> bool:
    """Return whether a file that people send is one to keep: its content known, its name true.

    Programs are none, nor what is called one thing and is another.
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if media == _UNKNOWN or ending in _RUN:
        return False
    return media in _PROMISED.get(ending, {media})


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # A letter may be cut in two where the first bytes end.
        return error.start >= len(head) - 3
    return True
