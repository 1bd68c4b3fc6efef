"""Who was not given the address sees nothing and changes nothing, and what a student wrote is only ever text."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.review import gatekeeper
from helpers.asgi_browser import Browser
from unit.review.made import HOST, PORT, AtDesk, answers, desk_at, settled

HOSTILE = '"><script>steal()</script><img src=x onerror=steal()>\u202etxt.exe'


@pytest.fixture
def at(tmp_path) -> AtDesk:
    return desk_at(tmp_path, answers({"ada-lovelace": ("It keeps the past.", "so"), "bob": (HOSTILE, "no")}))


def addresses(at: AtDesk) -> list[str]:
    """Every address that a page of somebody who is in gives."""
    browser = at.browser()
    start = browser.get("/")
    page = at.first(browser)
    found = {*start.links.values(), *page.links.values(), *(form.action for form in (*start.forms, *page.forms))}
    return sorted({*found, "/static/review.css", "/static/review.js", page.url} - {"#main"})


def test_the_token_leaves_the_address_and_the_cookie_is_out_of_reach(at):
    browser = Browser(at.keeper, HOST)

    came = browser.send("GET", f"/?token={at.keeper.token}", follow=False)

    assert (came.status, came.header("location")) == (303, "/")
    assert {word.strip() for word in came.header("set-cookie").split(";")[1:]} == {
        "HttpOnly",
        "Path=/",
        "SameSite=strict",
    }
    assert at.keeper.token not in browser.get("/").text
    assert at.keeper.token not in str(browser.cookies)


def test_the_address_is_of_this_machine_alone_and_its_token_is_long(at):
    assert at.keeper.address == f"http://127.0.0.1:{PORT}/?token={at.keeper.token}"
    assert len(at.keeper.token) >= 32


def test_without_the_cookie_every_address_is_refused_alike(at):
    stranger = at.browser(enters=False)

    answers = [stranger.get(address) for address in (*addresses(at), "/", "/no-such", "/students/ada-lovelace")]

    assert {answer.status for answer in answers} == {403}
    assert len({answer.body for answer in answers}) == 1


@pytest.mark.parametrize(
    "query", ["token=", "token=wrong", "token=%FF", "token=a&token=b", "TOKEN=x", "token=" + "a" * 500]
)
def test_a_wrong_token_opens_nothing(at, query):
    assert at.browser(enters=False).get(f"/?{query}").status == 403


def test_a_made_up_cookie_opens_nothing(at):
    stranger = at.browser(enters=False)
    stranger.cookies = {f"review_{PORT}": at.keeper.token}

    assert stranger.get("/").status == 403
    assert stranger.send("GET", "/", cookie='x="').status == 403


@pytest.mark.parametrize(
    "address",
    [
        "/answer/0", "/answer/1", "/answer/" + "0" * 32, "/answer/ada-lovelace", "/question/why", "/question/0", "/second/0",
        "/readings/0", "/ada-lovelace", "/students/ada-lovelace.html", "/results.json", "/decisions.jsonl", "/static/",
        "/static/../results.json", "/static/review.js/", "/answer/../results.json", "/%2e%2e/results.json", "/settings", "/undo",
        "/docs", "/favicon.ico", "//", "/answer/",
    ],
)  # fmt: skip
def test_guessing_shows_nothing_even_to_somebody_who_is_in(at, address):
    browser = at.browser()

    got = browser.send("GET", address, follow=False)

    assert 400 <= got.status < 500
    assert "ada-lovelace" not in got.text.replace(address, "")
    assert "keeps the past" not in got.text


def test_addresses_of_one_run_of_the_page_mean_nothing_to_the_next(at):
    again = desk_at(at.folder)

    page = at.first(at.browser())

    assert again.browser().get(page.url).status == 404


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:80", f"127.0.0.1.evil:{PORT}", ""]
)
def test_another_host_name_is_refused_as_when_a_name_is_bound_again(at, host):
    browser = at.browser()

    assert browser.send("GET", "/", host=host).status == 400
    assert browser.ask("GET", "/", [("host", HOST), ("host", "evil.example")], [b""]).status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": ""}, {"origin": f"http://127.0.0.1:{PORT + 1}"},
        {"origin": "", "referer": "https://evil.example/"}, {"origin": "", "referer": f"http://{HOST}.evil.example/"},
        {"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"},
    ],
)  # fmt: skip
def test_a_form_from_elsewhere_is_refused(at, headers):
    browser = at.browser()
    form = at.first(browser).form("/answer/")

    got = browser.post(form.action, form.filled(points="2"), **headers)

    assert got.status == 403
    assert at.lines == []


def test_a_form_whose_browser_sends_only_a_referer_is_taken(at):
    browser = at.browser()
    page = at.first(browser)
    form = page.form("/answer/")

    assert (
        browser.post(form.action, form.filled(points="2"), origin="", referer=f"http://{HOST}{page.url}").status == 200
    )
    assert len(at.lines) == 1


@pytest.mark.parametrize("action", ["/answer/", "/undo", "/settings"])
@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_a_form_needs_its_csrf_token(at, action, token):
    browser = at.browser()
    form = at.first(browser).form(action)
    fields = [(name, value) for name, value in form.filled(points="2") if name != "csrf_token"]

    got = browser.post(form.action, fields if token is None else [*fields, ("csrf_token", token)])

    assert got.status == 403
    assert at.lines == []


def test_two_browsers_cannot_use_each_others_forms(at):
    one, other = at.browser(), at.browser()
    form = at.first(one).form("/answer/")

    assert other.post(form.action, form.filled(points="2")).status == 403
    assert one.post(form.action, form.filled(points="2")).status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
def test_a_form_in_another_dress_is_refused(at, kind):
    browser = at.browser()
    form = at.first(browser).form("/answer/")

    assert browser.post(form.action, form.filled(points="2"), content_type=kind).status == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"])
def test_a_wrong_method_is_refused(at, method):
    assert at.browser().send(method, "/").status == 405


def test_an_address_of_forms_cannot_be_read_and_a_page_cannot_be_posted_to(at):
    browser = at.browser()

    assert browser.send("GET", "/undo").status == 405
    assert browser.post("/", []).status == 405


@pytest.mark.parametrize("length", ["65537", "99999999999999999999", "-1", "1e3", "x"])
def test_a_body_that_announces_too_much_is_refused_unread(at, length):
    browser = at.browser()

    assert browser.post("/undo", [], content_length=length).status == 413


def test_a_body_that_turns_out_too_large_is_refused(at):
    browser = at.browser()
    headers = [("host", HOST), ("origin", f"http://{HOST}")]

    assert browser.ask("POST", "/undo", headers, [b"a" * 40_000, b"a" * 40_000]).status == 413


def test_a_body_that_never_comes_whole_is_given_up(at, monkeypatch):
    monkeypatch.setattr(gatekeeper, "BODY_SECONDS", 0.0)
    headers = [("host", HOST), ("origin", f"http://{HOST}"), ("content-type", "application/x-www-form-urlencoded")]

    assert at.browser().ask("POST", "/undo", headers, [b"a"], waits=True).status == 408


def test_no_websocket_is_opened(at):
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(at.keeper({"type": "websocket"}, send, send))

    assert [message["type"] for message in sent] == ["websocket.close"]


def test_every_answer_forbids_scripts_of_others_frames_and_keeping(at):
    browser = at.browser()
    asked = [browser.get(address) for address in ("/", "/no-such", "/static/review.js")]
    asked += [at.browser(enters=False).get("/"), browser.send("PUT", "/"), browser.post("/undo", [])]

    for answer in asked:
        policy = answer.header("content-security-policy")
        assert "unsafe" not in policy
        assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} <= {
            *policy.split("; ")
        }
        assert answer.header("cache-control") == "no-store"
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("x-frame-options") == "DENY"
        assert answer.header("referrer-policy") == "same-origin"


def test_pages_hold_no_script_and_no_style_of_their_own(at):
    """What the policy allows stands in files of ours, so nothing in a page could be one."""
    browser = at.browser()

    for page in (browser.get("/"), at.first(browser)):
        assert page.text.count("<script") == 1
        assert '<script src="/static/review.js" defer></script>' in page.text
        assert "<style" not in page.text
        assert " style=" not in page.text
        assert " onclick" not in page.text


def test_what_a_student_wrote_is_text(at):
    browser = at.browser()
    pages = [at.first(browser)]
    pages.append(browser.get(pages[0].links["after"]))

    shown = "".join(page.text for page in pages)

    assert "steal()" in shown
    assert "<script>steal()" not in shown
    assert "<img" not in shown
    assert "\u202e" not in shown  # nor does it turn the direction of what follows


def test_a_comment_is_text_too(at):
    browser = at.browser()
    page = at.first(browser)

    again = settled(browser, page, "2", comment="</textarea><script>steal()</script>")

    assert "<script>steal()" not in again.text
    assert "<script>steal()" not in browser.get(page.url).text


def test_names_are_in_no_page_until_they_are_asked_for(at):
    browser = at.browser()
    page = at.first(browser)
    pages = [browser.get("/"), page, browser.get(page.links["after"])]
    assert not any(name in shown.text for shown in pages for name in ("ada-lovelace", "bob"))

    turned = next(form for form in page.forms if ("turn", "names") in form.fields)
    now = browser.post(turned.action, turned.fields)

    assert now.url == page.url
    assert "ada-lovelace" in now.text or "bob" in now.text
    assert "ada-lovelace" not in at.first(at.browser()).text  # another browser asked for nothing


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(["/answer/", "/second/", "/question/", "/"]),
    st.text(st.characters(exclude_characters="?#", exclude_categories=["Cs"]), max_size=20),
    st.binary(max_size=60),
    st.sampled_from(["", "; charset=utf-99"]),
)
def test_whatever_is_sent_nothing_breaks_and_nothing_is_decided(at, start, rest, body, charset):
    browser = at.browser()
    page = at.first(browser)
    token = dict(page.form("/undo").fields)["csrf_token"]
    headers = [("host", HOST), ("origin", f"http://{HOST}")]
    kind = [("content-type", f"application/x-www-form-urlencoded{charset}")]

    for address in (page.url, "/undo", "/settings", f"{start}{rest}"):
        assert browser.ask("POST", address, headers + kind, [f"csrf_token={token}&".encode() + body]).status < 500
        assert browser.ask("POST", address, headers + kind, [body]).status < 500
    assert browser.ask("GET", f"{start}{rest}", headers[:1], [b""]).status < 500
    assert at.lines == []
