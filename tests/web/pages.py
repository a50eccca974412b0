"""A client that opens pages as a browser without scripts does, and lints each one."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.test import TestResponse

_TYPED = ("input", "select", "textarea")


class Page:
    """One answer as HTML, with what people look for."""

    def __init__(self, response: TestResponse) -> None:
        self.status = response.status_code
        self.location = response.headers.get("Location", "")
        self.headers = response.headers
        self.html = response.get_data(as_text=True)
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        self.root: Element = parser.parse(self.html) if self.html and self.status != 303 else Element("html")

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Every element of this tag with these attributes (`class_` for class, exact values)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [e for e in self.root.iter(tag) if all(e.get(name) == value for name, value in wanted.items())]

    @property
    def text(self) -> str:
        """What a person reads, white space folded."""
        main = next(iter(self.all("main")), self.root)
        return re.sub(r"\s+", " ", "".join(main.itertext())).strip()

    def form(self, action: str) -> Element:
        """The form whose address ends so; without an address, the one that posts to its own page."""
        posting = [form for form in self.all("form") if (form.get("method") or "get").lower() == "post"]
        found = [form for form in posting if (form.get("action") or "").endswith(action)]
        if not action:
            found = [form for form in posting if not form.get("action")]
        assert found, f"no form leads to {action}; there are {[f.get('action') for f in self.all('form')]}"
        return found[0]

    def links(self) -> list[str]:
        """Where the page leads."""
        return [href for a in self.all("a") if (href := a.get("href"))]

    def menu(self) -> list[str]:
        """The words of the main menu."""
        return ["".join(a.itertext()) for nav in self.all("nav", aria_label="主菜单") for a in nav.iter("a")]


def words(element: Element) -> str:
    """The text of an element, white space folded."""
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def values_of(form: Element) -> dict[str, Any]:
    """What the form would send if nothing was changed."""
    found: dict[str, Any] = {}
    for field in form.iter():
        name, kind = field.get("name"), field.get("type", "text")
        if field.tag not in _TYPED or not name or kind == "file":
            continue
        if field.tag == "textarea":
            found[name] = "".join(field.itertext())
        elif field.tag == "select":
            chosen = [o for o in field.iter("option") if o.get("selected") is not None] or list(
                field.iter("option")
            )[:1]
            found[name] = chosen[0].get("value", "") if chosen else ""
        elif kind in ("checkbox", "radio"):
            if field.get("checked") is not None:
                found.setdefault(name, []).append(field.get("value"))
        else:
            found[name] = field.get("value", "")
    return found


class PageClient:
    """One person's browser: cookies, the page that is open, and its forms."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.page: Page
        self.path = "/"

    def open(self, path: str, status: int = 200) -> Page:
        """Open an address; the page is linted."""
        self.path = path
        return self._seen(self.client.get(path), status)

    def submit(self, action: str, expect: int | None = None, **changes: Any) -> Page:
        """Send the open page's form to this address with these changes, as pressing its button does.

        A value of None takes the field out; 303 is followed to the next page unless it is expected."""
        form = self.page.form(action)
        data = {**values_of(form), **changes}
        data = {name: value for name, value in data.items() if value is not None}
        response = self.client.post(
            form.get("action") or self.path, data=data, content_type="multipart/form-data"
        )
        if response.status_code == 303 and expect is None:
            return self.open(response.headers["Location"])
        return self._seen(response, expect or 200)

    def _seen(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, (response.status_code, response.get_data(as_text=True)[-900:])
        self.page = Page(response)
        if status != 303:
            complaints = list(_lint(self.page))
            assert complaints == [], complaints
        return self.page


def _lint(page: Page) -> Iterator[str]:
    headings = page.all("h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1"
    if page.root.get("lang") != "zh-CN":
        yield "no language"
    ids = [e.get("id") for e in page.root.iter() if e.get("id")]
    yield from (f"the id {name} stands {ids.count(name)} times" for name in set(ids) if ids.count(name) > 1)
    yield from _unlabelled(page)
    for form in page.all("form"):
        if (form.get("method") or "get").lower() == "post" and not _has_token(form):
            yield f"no CSRF token in the form to {form.get('action')}"
    for element in page.root.iter():
        if element.tag == "script" and not element.get("src"):
            yield "an inline script"
        yield from (f"an inline handler {name}" for name in element.attrib if name.startswith("on"))
    for name in ("aria-labelledby", "aria-describedby", "for"):
        for element in page.root.iter():
            yield from (
                f"{name} names {target}, which is not there"
                for target in (element.get(name) or "").split()
                if target not in ids
            )


def _unlabelled(page: Page) -> Iterable[str]:
    named = {label.get("for") for label in page.all("label")}
    inside = {field for label in page.all("label") for field in label.iter() if field.tag in _TYPED}
    for field in page.root.iter():
        hidden = field.get("type") in ("hidden", "submit")
        if field.tag in _TYPED and not hidden and field not in inside and field.get("id") not in named:
            yield f"no label for {field.get('name')}"


def _has_token(form: Element) -> bool:
    return any(field.get("name") == "csrf_token" and field.get("value") for field in form.iter("input"))
