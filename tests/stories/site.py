"""The running product at some offset from now, and a window per person."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from tests.conftest import PATIENCE
from tests.screens.hand import admit, sign_in
from zmd_emergency import processes as system


class Site:
    def __init__(self, browser, processes):
        self.browser, self.processes = browser, processes
        self.windows = {}

    def move_to(self, **ahead):
        """Everything is started again, its clock that far ahead."""
        for running in self.processes.started:
            if running.process.poll() is None:
                system.end(running.process)
        offset = timedelta(**ahead)
        self.processes.clock = ["tests.clock", str(offset.total_seconds())] if offset else []
        self.url = self.processes.web().url
        self.processes.worker()
        self.processes.beat()

    def window(self, who: str):
        """The first of them comes in by the door, as a person does."""
        if who not in self.windows:
            context = self.browser.new_context(
                viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai"
            )
            context.set_default_timeout(PATIENCE)
            enter = admit if self.windows else sign_in
            self.windows[who] = context.new_page()
            enter(self.windows[who], who, self.url)
        return self.windows[who]

    def open(self, who: str, path: str):
        page = self.window(who)
        page.goto(self.url + path)
        return page


def act(page, button: str, said: str, **typed):
    """Opens an act's dialog, types, sends, and waits until it is said to be done."""
    page.click(button)
    expect(page.locator("#act-dialog")).to_be_visible()
    for name, value in typed.items():
        field = page.locator(f"#act-dialog [name={name}]").first
        kind = field.evaluate("field => field.type")
        if kind in ("radio", "checkbox"):
            page.check(f"#act-dialog [name={name}][value='{value}']")
        elif kind == "select-one":
            field.select_option(value)
        else:
            field.fill(value)
    page.click("#act-dialog button[type=submit]")
    expect(page.locator("#messages")).to_contain_text(said)


def debt(page, rule: str):
    return page.locator(".debt", has=page.locator("b", has_text=re.compile(rf"^\s*{rule}\s*$")))
