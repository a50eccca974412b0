"""One person at a browser: signs in, opens records, fills in the forms of steps, and looks."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

SHOTS = Path(__file__).parent / "shots"


class Desk:
    """What a journey does with one page; script errors and failed answers of the server end it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("response", lambda answer: self._note(answer.status, answer.url))

    def _note(self, status: int, url: str) -> None:
        if status >= 500:
            self.complaints.append(f"{status} {url}")

    def sign_in(self, username: str, password: str) -> None:
        self.page.goto(f"{self.url}/login")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("待办")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}" if path.startswith("/") else path)

    def shot(self, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    def form(self, trigger: str) -> Locator:
        """The form of a step; opened where it is folded."""
        found = self.page.locator(f'form[action$="/transitions/{trigger}"]')
        expect(found).to_have_count(1)
        folded = self.page.locator(f"details#step-{trigger}:not([open]) > summary")
        if folded.count():
            folded.click()
        return found

    def step(self, trigger: str, **values: Any) -> None:
        """Fill in the step's form and send it; what the server refuses ends the journey with its words."""
        found = self.form(trigger)
        fill(found, values)
        found.locator('button:not([name="add"])').last.click()
        self.page.wait_for_load_state()
        refused = self.page.locator(".alert-danger")
        assert refused.count() == 0, refused.first.inner_text()

    def offered(self) -> list[str]:
        """The triggers whose forms this person is offered."""
        actions = self.page.locator('form[action*="/transitions/"]').evaluate_all(
            "forms => forms.map(form => form.getAttribute('action'))"
        )
        return [str(action).rsplit("/", 1)[1] for action in actions]

    def in_state(self, label: str) -> None:
        """The stage line says that the record is here now."""
        expect(self.page.locator('[aria-current="step"]')).to_contain_text(label)

    def is_content(self) -> None:
        """Nothing failed behind the page."""
        assert self.complaints == []


def fill(form: Locator, values: dict[str, Any]) -> None:
    """Fill in fields by name: texts, days, choices, ticks, lists of ticks, files."""
    for name, value in values.items():
        fields = form.locator(f'[name="{name}"]:not([type="hidden"])')
        kind = fields.first.evaluate("field => field.type || field.tagName.toLowerCase()")
        if isinstance(value, Path):
            fields.first.set_input_files(value)
        elif kind == "checkbox" and isinstance(value, list):
            for label in value:
                form.get_by_label(label, exact=True).check()
        elif kind in ("checkbox", "radio"):
            fields.first.set_checked(value)
        elif kind == "select-one":
            fields.first.select_option(label=value)
        else:
            fields.first.fill(value)
