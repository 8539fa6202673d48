"""The socket, the address that pages are found by, and the end."""

import socket
import threading
import time
from contextvars import ContextVar
from dataclasses import replace
from http.client import HTTPConnection

import pytest
from fastapi import FastAPI

from dondoc.web import serving
from engine.errors import BadInput
from tests.support.web import Site


def test_a_port_that_is_taken_is_refused_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(BadInput) as refused:
            serving.listen("127.0.0.1", port)
        other = serving.listen_near("127.0.0.1", port)

    assert refused.value.faults[0].place == f"127.0.0.1:{port}"
    assert "--port" in refused.value.faults[0].cure
    assert other.getsockname()[1] != port
    other.close()


def test_pages_know_their_address_where_no_setting_says_it(site: Site) -> None:
    listener = serving.listen("127.0.0.1", 0)
    port = listener.getsockname()[1]

    found = serving.with_address(site.app, listener)
    web = site.app.settings.web.model_copy(update={"base_url": "https://dondoc.example"})
    named = replace(site.app, settings=site.app.settings.model_copy(update={"web": web}))
    kept = serving.with_address(named, listener)
    listener.close()

    assert found.settings.web.base_url == f"http://127.0.0.1:{port}"
    assert kept.settings.web.base_url == "https://dondoc.example"


def test_a_request_that_is_being_answered_is_not_cut_by_the_end() -> None:
    web, begun = FastAPI(), threading.Event()

    @web.get("/slow")
    def slow() -> str:
        begun.set()
        time.sleep(0.8)
        return "whole"

    listener, stop = serving.listen("127.0.0.1", 0), threading.Event()
    port = listener.getsockname()[1]
    asked = HTTPConnection("127.0.0.1", port, timeout=60)
    with serving.served(web, listener, stop) as pages:
        asked.request("GET", "/slow")
        begun.wait(60)
        stop.set()
        answer = asked.getresponse()
        said = answer.read()
    asked.close()

    assert (answer.status, said) == (200, b'"whole"')
    assert not pages.has_failed
    with pytest.raises(ConnectionError):
        socket.create_connection(("127.0.0.1", port))


def test_what_holds_where_pages_are_begun_holds_for_every_request() -> None:
    web, mark = FastAPI(), ContextVar("mark", default="")

    @web.get("/mark")
    def told() -> str:
        return mark.get()

    set_here = mark.set("pinned")
    listener = serving.listen("127.0.0.1", 0)
    asked = HTTPConnection("127.0.0.1", listener.getsockname()[1], timeout=60)
    with serving.served(web, listener):
        asked.request("GET", "/mark")
        said = asked.getresponse().read()
    asked.close()
    mark.reset(set_here)

    assert said == b'"pinned"'
