"""The settings on screen: seen by administrators, without a secret."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from config.doors import Web
from config.settings import Mail
from tests.support.office import World
from tests.support.web import site_of

SECRET = "mat-khau-khong-ai-duoc-thay"


def test_an_administrator_sees_every_setting_and_no_secret(world: World, tmp_path: Path) -> None:
    site = site_of(
        world, tmp_path, mail=Mail(password=SecretStr(SECRET), username="a", host="mail.test"),
        web=Web(secret_key=SecretStr(SECRET * 2), metrics_token=SecretStr(SECRET)),
    )  # fmt: skip
    site.make_administrator("cv")

    page = site.as_("cv").get("/quan-tri/cau-hinh").text

    assert "mail.test" in page
    assert "session_idle_minutes" in page
    assert SECRET not in page
    site.close()


@pytest.mark.parametrize("who", ["gd", "cvp", "cv"])
def test_nobody_else_sees_the_settings(world: World, tmp_path: Path, who: str) -> None:
    site = site_of(world, tmp_path)

    assert site.as_(who).get("/quan-tri/cau-hinh").status_code == 403
    site.close()
