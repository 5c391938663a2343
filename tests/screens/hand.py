"""A person at the real screen: signs in, types, presses keys; every key beyond the words is counted."""

from axe_playwright_python.base import AXE_SCRIPT

from tests.cast import PASSWORD

MILD = """
    aria-allowed-role aria-deprecated-role empty-table-header form-field-multiple-labels heading-order
    html-xml-lang-mismatch image-redundant-alt landmark-banner-is-top-level landmark-contentinfo-is-top-level
    landmark-main-is-top-level landmark-no-duplicate-banner landmark-no-duplicate-contentinfo
    landmark-no-duplicate-main landmark-one-main landmark-unique meta-viewport-large no-autoplay-audio
    page-has-heading-one presentation-role-conflict region server-side-image-map skip-link table-duplicate-name
""".split()
"""Rules of axe by which it finds nothing serious, neither of themselves nor by any of their checks."""
OPTIONS = {
    "resultTypes": ["violations"],
    "rules": {rule: {"enabled": False} for rule in MILD},
    "preload": False,
}
HIDDEN_AT_THE_SIDE = (
    "[...document.querySelectorAll('.table-responsive')].some(l => l.scrollWidth > l.clientWidth + 1)"
)
SIZES = {"desk": (1366, 768), "large": (1920, 1080), "phone": (390, 844)}


def sign_in(page, username: str, at: str = "") -> None:
    """By the door, as a person does."""
    page.goto(f"{at}/login/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def admit(page, username: str, at: str = "") -> None:
    """Signed in without a page of it, for tests of what lies behind the door."""
    door, asks = f"{at}/login/", page.context.request
    asks.get(door)
    (token,) = (each["value"] for each in page.context.cookies() if each["name"] == "csrftoken")
    typed = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token}
    answer = asks.post(door, form=typed, max_redirects=0)
    assert answer.status == 302, answer.text()


class Hand:
    def __init__(self, page):
        self.page, self.keys = page, 0

    def press(self, *keys: str) -> "Hand":
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 2 if "+" in key else 1
        return self

    def choose(self, letters: str) -> "Hand":
        """Letters or digits that choose from a list."""
        return self.press(*letters)

    def say(self, words: str) -> "Hand":
        """The words themselves, as the caller speaks them."""
        self.page.keyboard.insert_text(words)
        return self

    def tab(self, times: int = 1) -> "Hand":
        return self.press(*["Tab"] * times)

    def focused(self) -> str:
        return self.page.evaluate("document.activeElement.name || document.activeElement.id")


def mild_but_serious(page) -> list[str]:
    """Of the rules that are not asked for, those by which axe would find something serious after all."""
    return page.evaluate(
        """mild => axe._audit.rules.filter(({id, impact, any, all, none}) => mild.includes(id) && [
            impact, ...[...any, ...all, ...none].map(check => axe._audit.data.checks[check.id || check].impact),
        ].some(each => ['serious', 'critical'].includes(each))).map(rule => rule.id)""",
        MILD,
    )


def serious_violations(page, but_for: str = "") -> list[str]:
    """Everywhere on the page, but for what such a selector finds."""
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        "([context, options]) => axe.run(context, options).then(results => results.violations)",
        [{"exclude": [but_for]} if but_for else {"include": ["html"]}, OPTIONS],
    )
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def barriers(page) -> list[str]:
    """Serious violations on a telephone and at the desk, and what runs out of the page at any size; ends at the desk's."""
    found = []
    for size in ("phone", "desk"):
        resize(page, size)
        found += [f"{size}: {each}" for each in serious_violations(page)]
    return found + [f"wider than the screen: {size}" for size in too_wide_at(page)]


def resize(page, size: str) -> None:
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))


def too_wide_at(page) -> list[str]:
    """The sizes at which something runs out of the page at the side; ends at the size of the desk."""
    wide = []
    for name in reversed(SIZES):
        resize(page, name)
        if is_too_wide(page):
            wide.append(name)
    return wide


def is_too_wide(page) -> bool:
    """The page, or on a phone a list in it whose columns would be hidden at the side."""
    width = page.viewport_size["width"]
    return page.evaluate("document.documentElement.scrollWidth") > width or (
        width < 700 and bool(page.evaluate(HIDDEN_AT_THE_SIDE))
    )
