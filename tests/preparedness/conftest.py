import pytest

from tests import cast as people


@pytest.fixture
def cast(db):
    return people.assemble()
