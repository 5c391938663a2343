"""A person at the real screen: signs in, types, presses keys; every key beyond the words is counted."""

from axe_playwright_python.base import AXE_SCRIPT

from tests.cast import PASSWORD

VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(results => results.violations)"
HIDDEN_AT_THE_SIDE = (
    "[...document.querySelectorAll('.table-responsive')].some(l => l.scrollWidth > l.clientWidth + 1)"
)
SIZES = {"desk": (1366, 768), "large": (1920, 1080), "phone": (390, 844)}


def sign_in(page, username: str, at: str = "") -> None:
    page.goto(f"{at}/login/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


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


def serious_violations(page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(VIOLATIONS)
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def too_wide_at(page) -> list[str]:
    """The sizes at which something runs out of the page at the side; ends at the size of the desk."""
    wide = []
    for name, (width, height) in reversed(SIZES.items()):
        page.set_viewport_size({"width": width, "height": height})
        if is_too_wide(page):
            wide.append(name)
    return wide


def is_too_wide(page) -> bool:
    """The page, or on a phone a list in it whose columns would be hidden at the side."""
    width = page.viewport_size["width"]
    return page.evaluate("document.documentElement.scrollWidth") > width or (
        width < 700 and bool(page.evaluate(HIDDEN_AT_THE_SIDE))
    )
