"""Every form that takes a file is one of those through which odd and malicious files were tried."""

from tests.support.source import ROOT

TEMPLATES = ROOT / "dondoc" / "web" / "templates"
#: Each has its doors in tests/faults/test_upload_routes.py; the last one only sends on to another.
FORMS = {
    "plans/parts.html", "tasks/act_parts.html", "office/import.html", "office/workflow.html",
    "signin/parts.html",
}  # fmt: skip


def test_fault_48_every_form_that_takes_a_file_is_one_that_was_tried() -> None:
    found = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if 'type="file"' in path.read_text("utf-8")
    }

    assert found == FORMS
