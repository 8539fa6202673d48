import pytest

from config.defaults import reading_rules
from workflows.planfile import IntakeRules


@pytest.fixture(scope="session")
def rules() -> IntakeRules:
    """The words as they are shipped."""
    return IntakeRules.from_mapping(reading_rules("intake"))
