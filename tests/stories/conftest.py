import pytest


@pytest.fixture
def office(cast, browser, processes):
    from tests.stories.site import Site

    return Site(browser, processes)
