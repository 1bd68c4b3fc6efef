"""The review page as a web application: its addresses, what their forms do, and what each answers."""

from __future__ import annotations

import hmac
import time
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from grader.errors import GraderError, OutputError
from grader.reports import words
from grader.reports.harmless import clean
from grader.review.desk import Ruling
from grader.review.how_far import partly
from grader.review.pace import Pace
from grader.review.page_views import answer_page, next_waiting, saved
from grader.review.start_views import start_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from grader.review.answer_groups import AnswerGroup, ReviewQuestion
    from grader.review.desk import Desk, TakenBack
    from grader.review.gatekeeper import Visitor

LONGEST_COMMENT = 4_000  # characters
MOST_UNDONE = 200
TEMPLATES = Path(__file__).parent / "templates"
STATIC = {"review.css": "text/css", "review.js": "text/javascript"}
SETTINGS = {"keys": "keys", "names": "names", "marks": "marks", "digits": "digits_give_points"}


def review_app(desk: Desk, notices: tuple[str, ...] = (), clock: Callable[[], float] = time.monotonic) -> Starlette:
    """Return the application for one desk; it must stand behind a `Gatekeeper`. The first page shows ``notices``."""
    pages = _Pages(desk, notices, clock)
    app = Starlette(
        routes=[
            Route("/", pages.start, methods=["GET"]),
            Route("/question/{ident}", pages.question, methods=["GET"]),
            Route("/answer/{ident}", pages.answer, methods=["GET"]),
            Route("/answer/{ident}", pages.settle, methods=["POST"]),
            Route("/separate/{ident}", pages.separate, methods=["POST"]),
            Route("/second/{ident}", pages.second, methods=["GET"]),
            Route("/second/{ident}", pages.settle_second, methods=["POST"]),
            Route("/readings/{ident}", pages.readings, methods=["GET"]),
            Route("/undo", pages.undo, methods=["POST"]),
            Route("/settings", pages.settings, methods=["POST"]),
            *(Route(f"/static/{name}", partial(_static, name), methods=["GET"]) for name in STATIC),
        ],
        exception_handlers={HTTPException: _said, GraderError: _not_saved},  # type: ignore[dict-item]
    )
    app.router.redirect_slashes = False  # an address that nobody was given leads nowhere
    return app


class _Filled(NamedTuple):
    """What was put into a form: a ruling, if it is one, the comment, and why it can't be saved ("" if it can)."""

    ruling: Ruling | None
    comment: str
    wrong: str


class _Pages:
    """The addresses of one desk; each reads again first what has changed on disk."""

    def __init__(self, desk: Desk, notices: tuple[str, ...], clock: Callable[[], float]) -> None:
        self._desk = desk
        self._notices = notices
        self._clock = clock
        self._pace = Pace()

    async def start(self, request: Request) -> Response:
        """The first page."""
        self._desk.refresh()
        return _page(request, "start.html", page=start_page(self._desk, self._pace), notices=self._notices)

    async def question(self, request: Request) -> Response:
        """Goes to the first answer of a question that waits; where none does, to its first answer."""
        question = self._question(request)
        waits = next((group for group in question.groups if self._desk.waiting(group)), question.groups[0])
        return _go(f"/answer/{self._desk.group_id(question, waits)}")

    async def answer(self, request: Request) -> Response:
        """A group of answers, to be settled."""
        question, group = self._found(request)
        return self._answer(request, question, group)

    async def settle(self, request: Request) -> Response:
        """Saves what the person gives, and goes on to the next that waits; or shows why not, with all that was filled in."""
        form = await _form(request)
        if not self._is_here(request):
            return _gone(request, form)
        question, group = self._found(request)
        filled = self._read(form, question)
        ruling = filled.ruling
        if filled.wrong or ruling is None:
            return self._answer(request, question, group, filled=filled, conflict=filled.wrong, status=422)
        visitor = _visitor(request)
        if not self._desk.is_same(group, ruling):
            if not _same(form.get("seen", ""), self._desk.seen(group)):
                return self._answer(
                    request, question, group, filled=filled, conflict=self._meanwhile(question, group), status=409
                )
            try:
                settled = self._desk.settle(question, group, ruling)
            except OutputError as error:  # a full disk: what was filled in stays in the form
                return self._answer(request, question, group, filled=filled, conflict=f"Not saved: {error}", status=507)
            self._pace.settled(self._clock())
            visitor.undoable.append(settled)
            del visitor.undoable[:-MOST_UNDONE]
            visitor.told.append(saved(question, settled))
        return _go(next_waiting(self._desk, question, group) or "/")

    async def separate(self, request: Request) -> Response:
        """Lets near-equal answers be settled one by one."""
        await _form(request)
        question, group = self._found(request)
        first = group.papers[0]
        self._desk.separate(group)
        again = self._desk.find_question(self._desk.question_id(question))
        assert again is not None
        of_first = next(each for each in again.groups if first in each.papers)
        return _go(f"/answer/{self._desk.group_id(again, of_first)}")

    async def readings(self, request: Request) -> Response:
        """Goes to the next answer of a question that is to be read again."""
        return self._go_on_reading(self._question(request))

    async def second(self, request: Request) -> Response:
        """A group that another person settled, as if nobody had."""
        question, group = self._found(request)
        if group not in self._desk.second(question):
            return self._go_on_reading(question)
        return self._answer(request, question, group, second=True)

    async def settle_second(self, request: Request) -> Response:
        """Saves a second reading, which changes no mark."""
        form = await _form(request)
        if not self._is_here(request):
            return _gone(request, form)
        question, group = self._found(request)
        if group not in self._desk.second(question):  # sent twice, or settled by this person meanwhile
            return self._go_on_reading(question)
        filled = self._read(form, question)
        if filled.wrong or filled.ruling is None:
            return self._answer(request, question, group, filled=filled, conflict=filled.wrong, status=422, second=True)
        try:
            self._desk.settle_second(group, filled.ruling)
        except OutputError as error:
            said = f"Not saved: {error}"
            return self._answer(request, question, group, filled=filled, conflict=said, status=507, second=True)
        _visitor(request).told.append("Saved: your second reading changes no mark.")
        return self._go_on_reading(question)

    async def undo(self, request: Request) -> Response:
        """Takes back what this browser settled last."""
        await _form(request)
        self._desk.refresh()
        visitor = _visitor(request)
        if not visitor.undoable:
            visitor.told.append("There is nothing to undo.")
            return _go("/")
        last: TakenBack = visitor.undoable.pop()
        if self._desk.take_back(last):
            visitor.told.append("Taken back: what counted before counts again.")
        else:
            visitor.told.append("Not taken back: somebody has decided otherwise since. This is what counts now.")
        return _go(f"/answer/{last.group}" if self._desk.find(last.group) else "/")

    async def settings(self, request: Request) -> Response:
        """Turns one of the page's settings on or off, for this browser."""
        form = await _form(request)
        field = SETTINGS.get(form.get("turn", ""))
        if field is None:
            raise HTTPException(400, "There is no such setting.")
        visitor = _visitor(request)
        setattr(visitor, field, not getattr(visitor, field))
        back = form.get("back", "")
        return _go(f"/answer/{back}" if self._desk.find(back) else "/")

    def _question(self, request: Request) -> ReviewQuestion:
        self._desk.refresh()
        question = self._desk.find_question(request.path_params["ident"])
        if question is None:
            raise HTTPException(404, "There is no such question here.")
        return question

    def _is_here(self, request: Request) -> bool:
        self._desk.refresh()
        return self._desk.find(request.path_params["ident"]) is not None

    def _found(self, request: Request) -> tuple[ReviewQuestion, AnswerGroup]:
        self._desk.refresh()
        found = self._desk.find(request.path_params["ident"])
        if found is None:
            raise HTTPException(
                404, "There is no such answer here. If the class was graded again, go on from the first page."
            )
        return found

    def _go_on_reading(self, question: ReviewQuestion) -> Response:
        due = self._desk.second(question)
        return _go(f"/second/{self._desk.group_id(question, due[0])}" if due else "/")

    def _answer(
        self,
        request: Request,
        question: ReviewQuestion,
        group: AnswerGroup,
        *,
        filled: _Filled | None = None,
        conflict: str = "",
        status: int = 200,
        second: bool = False,
    ) -> Response:
        page = answer_page(
            self._desk, question, group, _visitor(request), self._pace,
            chosen=filled and filled.ruling, comment=filled and filled.comment, conflict=conflict, second=second,
        )  # fmt: skip
        return _page(request, "answer.html", status, back="" if second else page.ident, page=page)

    def _read(self, form: dict[str, str], question: ReviewQuestion) -> _Filled:
        """What a form gives; what was written in it is never lost."""
        guide = self._desk.guide(question)
        numbers = [int(number) for number in form["items"].split() if number.isascii() and number.isdecimal()]
        items = tuple(item.name for at, item in enumerate(guide.items, start=1) if at in numbers)
        texts = [form.get("bank", "").strip(), form.get("comment", "").strip()]
        comment = "\n".join(dict.fromkeys(text.replace("\r\n", "\n") for text in texts if text))
        given = form.get("points", "items")
        ruling, wrong = None, ""
        if given == "items":
            points = guide.points(items)
            if items and points is not None:
                ruling = Ruling(points, items, comment)
            else:
                what = "a rubric item or points" if guide.items else "points"
                wrong = f"Not saved: choose {what} first; 0 is a choice too."
        elif given.isascii() and given.isdecimal() and len(given) < 6 and int(given) <= question.max_points:
            ruling = Ruling(int(given), (), comment)
        else:
            wrong = f"Not saved: points lie between 0 and {question.max_points}."
        if len(comment) > LONGEST_COMMENT:
            wrong = f"Not saved: a comment may have {LONGEST_COMMENT:,} characters, and this one has {len(comment):,}."
        return _Filled(ruling, comment, wrong)

    def _meanwhile(self, question: ReviewQuestion, group: AnswerGroup) -> str:
        """What to say where somebody else was quicker."""
        word = next((word for paper in group.papers if (word := self._desk.current(paper)) is not None), None)
        told = (
            "it was opened again" if word is None else f"{partly(word.points or 0, question.max_points)} by {word.by}"
        )
        return (
            f"Not saved yet: since you opened this page, this was changed ({told}). "
            "Your choice is still below: settle it to put it in its place, or go on to leave it so."
        )


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, of which each counts once but the items; raises HTTPException unless its csrf_token is right."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise HTTPException(415, "A form of this page is sent otherwise.")
    sent = await request.form(max_files=0, max_fields=100)
    fields = {key: value for key, value in sent.items() if isinstance(value, str)}
    fields["items"] = " ".join(str(value) for value in sent.getlist("item"))
    if not _same(fields.get("csrf_token", ""), _visitor(request).csrf_token):
        raise HTTPException(403, "This form is not of a page that you opened here; open the page again.")
    return fields


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def _visitor(request: Request) -> Visitor:
    visitor: Visitor = request.state.visitor
    return visitor


def _go(address: str) -> Response:
    return RedirectResponse(address, status_code=303)


def _page(request: Request, template: str, status: int = 200, back: str = "", **shown: object) -> Response:
    """A page; what the visitor was to be told next is told now."""
    visitor = _visitor(request)
    told, visitor.told[:] = tuple(visitor.told), []
    text = _environment().get_template(template).render(visitor=visitor, told=told, back=back, **shown)
    return HTMLResponse(text.encode("utf-8", "replace"), status_code=status)


async def _said(request: Request, error: HTTPException) -> Response:
    return _notice(request, error.status_code, "Not here", error.detail)


async def _not_saved(request: Request, error: GraderError) -> Response:
    """The results can't be read or a decision can't be written: nothing is said to be saved that is not."""
    return _notice(request, 500, "Not saved", f"Not saved: {error}")


def _gone(request: Request, form: dict[str, str]) -> Response:
    """The answer that a form is about is not here any more: says so, with all that was filled in."""
    points, items = form.get("points", "items"), form["items"].split()
    chosen = f"points: {points}" if points != "items" else f"items: {', '.join(items)}" if items else ""
    comments = (form.get("bank", "").strip(), form.get("comment", "").strip())
    told = (("You had chosen", chosen), ("You had written", "\n".join(dict.fromkeys(filter(None, comments)))))
    said = (
        "Not saved: this answer is not here any more. If the class was graded again, another one may stand in its place and "
        "wait: go on from the first page."
    )
    return _notice(request, 404, "Not saved", said, tuple((title, text) for title, text in told if text))


def _notice(request: Request, status: int, title: str, said: str, kept: tuple[tuple[str, str], ...] = ()) -> Response:
    """A page that says one thing, and what it ``kept`` of a form; what the visitor was to be told next is told later."""
    shown = {"title": title, "words": said, "kept": kept, "told": (), "back": ""}
    page = _environment().get_template("said.html").render(visitor=_visitor(request), **shown)
    return HTMLResponse(page.encode("utf-8", "replace"), status_code=status)


async def _static(name: str, _: Request) -> Response:
    return Response(_file(name), media_type=STATIC[name])


@cache
def _file(name: str) -> bytes:
    return (TEMPLATES / name).read_bytes()


def _printed(value: object) -> object:
    """Clean every text once more as it is printed; markup is our own."""
    return clean(value) if type(value) is str else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printed,
    )
    environment.filters["count"] = words.count
    return environment
