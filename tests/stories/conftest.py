import pytest


@pytest.fixture
def cast(cloned_database):
    from tests.cast import assemble

    return assemble()


@pytest.fixture
def office(cast, browser, processes):
    from tests.stories.site import Site

    return Site(browser, processes)
