"""A chat application behind an OpenAI-compatible endpoint (`POST .../chat/completions`).

Each row is a script that is played whole in a new session: for every user turn the history so far is sent and the
answer is appended to it.  System and assistant turns of the script are put into the history and not asked.
The response is what the assistant said in all its turns, joined by a blank line, so that what it gives away early
and denies later is seen.  Standard library only: no proxy, no redirect, no retry, one connection a session.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from seatrial.errors import Problem, TargetError
from seatrial.records.batch import Message, Talk, Talks, Texts
from seatrial.records.card import Card
from seatrial.targets.metered import stopwatch
from seatrial.targets.target import Face, Target
from seatrial.targets.topology import topology

LARGEST = 4 * 1024 * 1024
"""Bytes of one HTTP answer that are read; more is an error."""
JOINT = "\n\n"
"""What stands between two assistant turns in a response."""


@dataclass(frozen=True)
class Chat:
    """An application that is talked to."""

    url: str
    """Where the API starts (`https://host/v1`) or the whole address of its `chat/completions`."""
    model: str
    """Name of the model, as the endpoint knows it."""
    key_env: str = ""
    """Name of the environment variable that holds the API key; empty sends none."""
    system: str = ""
    """System message that begins every session; empty sends none."""
    timeout: float = 30.0
    """Seconds to wait for a connection, and for each part of an answer."""
    temperature: float = 0.0
    seed: int | None = None
    """Sent along if the answers are sampled; set by `fresh`."""

    @property
    def face(self) -> Face:
        """Conversations in, what the assistant said out."""
        return Face(takes=Talks, gives="talk", sampled=self.temperature > 0)

    def respond(self, inputs: Talks, /) -> Texts:
        """Return what the assistant said to each script.

        Raises:
            TargetError: If the endpoint cannot be reached, answers late, with an error status or with
                anything but a chat completion.
        """
        return self.serve(inputs)[0]

    def serve(self, inputs: Talks, /) -> tuple[Texts, tuple[float, ...]]:
        """Return what the assistant said to each script, and the seconds that each session took.

        Raises:
            TargetError: As `respond`.
        """
        said, seconds = [], []
        for script in inputs:
            elapsed = stopwatch()
            said.append(self._play(script))
            seconds.append(elapsed())
        return Texts(said), tuple(seconds)

    def fresh(self, key: bytes, /) -> Chat:
        """Return the same application with its sampling seeded by `key`; a session never sees another's."""
        return replace(self, seed=int.from_bytes(key[:4], "big") >> 1)

    def surroundings(self) -> dict[str, str]:
        """Return the way to the endpoint: host, TLS, certificate; one handshake, nothing is asked."""
        return topology(self.url, self.timeout)

    def _play(self, script: Talk) -> str:
        history = [Message("system", self.system)] if self.system else []
        said = []
        with self._session() as ask:
            for turn in script:
                history.append(turn)
                if turn.role == "user":
                    said.append(self._asked(ask, history))
                    history.append(Message("assistant", said[-1]))
        return JOINT.join(said)

    def _asked(self, ask: HTTPConnection, history: list[Message]) -> str:
        messages = [{"role": turn.role, "content": turn.content} for turn in history]
        body: dict[str, Any] = {"model": self.model, "messages": messages, "temperature": self.temperature}
        if self.seed is not None and self.temperature > 0:
            body["seed"] = self.seed
        ask.request("POST", self._path(), json.dumps(body).encode(), self._headers())
        answer = ask.getresponse()
        data = answer.read(LARGEST + 1)
        if answer.status != 200:
            what = f"HTTP status {answer.status} {answer.reason}: {_shown(data)}"
            raise TargetError(Problem(self.url, what, _HINTS.get(answer.status, "")))
        if len(data) > LARGEST:
            raise TargetError(Problem(self.url, f"an answer of more than {LARGEST} bytes"))
        return self._content(data)

    def _content(self, data: bytes) -> str:
        try:
            content = json.loads(data)["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError) as error:
            what = f"the answer is no chat completion: {_shown(data)!r}"
            raise TargetError(Problem(self.url, what, "is the url that of an OpenAI-compatible API?")) from error
        if content is None:
            return ""
        if not isinstance(content, str):
            raise TargetError(Problem(self.url, f"the assistant's content is {type(content).__name__}, not text"))
        return content

    @contextmanager
    def _session(self) -> Iterator[HTTPConnection]:
        parts = urlsplit(self.url)
        connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = connect(parts.netloc, timeout=self.timeout)
        try:
            yield connection
        except TimeoutError as error:
            what = f"no answer within {self.timeout:g} s"
            raise TargetError(Problem(self.url, what, "is the service up? raise `timeout` if it is slow")) from error
        except ConnectionRefusedError as error:
            raise TargetError(
                Problem(self.url, "connection refused", "is the service running on that port?")
            ) from error
        except (OSError, HTTPException) as error:
            raise TargetError(Problem(self.url, f"the connection failed: {error or type(error).__name__}")) from error
        finally:
            connection.close()

    def _path(self) -> str:
        parts = urlsplit(self.url)
        path = parts.path.rstrip("/")
        whole = path if path.endswith("/chat/completions") else f"{path}/chat/completions"
        return f"{whole}?{parts.query}" if parts.query else whole

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key_env:
            key = os.environ.get(self.key_env, "")
            if not key:
                hint = f"export {self.key_env}=..., or leave key_env out"
                raise TargetError(Problem("target.key_env", f"the variable {self.key_env} is not set", hint))
            headers["Authorization"] = f"Bearer {key}"
        return headers


def _shown(data: bytes) -> str:
    return data[:200].decode("utf-8", "replace")


def make(block: Mapping[str, Any], folder: Path) -> Chat:  # noqa: ARG001 - every target is made with a folder
    """Return the target that a charter's block describes; nothing is asked of it yet.

    Raises:
        TargetError: With all that is wrong: unknown and missing keys, values of a wrong kind, an address that is none.
    """
    if problems := [*_strays(block), *_mistakes(block)]:
        raise TargetError(*problems)
    values: dict[str, Any] = {key: value for key, value in block.items() if key != "kind"}
    return Chat(**values)


def _strays(block: Mapping[str, Any]) -> Iterator[Problem]:
    yield from (Problem(f"target.{key}", "is missing") for key in ("url", "model") if key not in block)
    known = ("kind", *_CHECKS)
    for key in sorted(set(block) - set(known)):
        yield Problem(f"target.{key}", "is unknown here", f"there are {', '.join(known)}")


def _mistakes(block: Mapping[str, Any]) -> Iterator[Problem]:
    for key, (good, hint) in _CHECKS.items():
        if key in block and not good(block[key]):
            yield Problem(f"target.{key}", f"{block[key]!r} is a wrong value", f"write {hint}")


def _is_address(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
        )
    except ValueError:
        return False


def _is_number(value: object, least: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value < float("inf")


_CHECKS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "url": (_is_address, "the address of the API, without a password: https://host/v1"),
    "model": (lambda v: isinstance(v, str) and v != "", "the name that the endpoint knows it by"),
    "key_env": (lambda v: isinstance(v, str), "the name of an environment variable"),
    "system": (lambda v: isinstance(v, str), "a text"),
    "timeout": (lambda v: _is_number(v, 0.001), "seconds"),
    "temperature": (lambda v: _is_number(v, 0.0), "a number from 0 on"),
}
"""Key -> whether a value is right, and what to write."""
_HINTS: Mapping[int, str] = {
    401: "the API key is missing or wrong: see key_env",
    403: "the API key may not use this model",
    404: "is the url that of the API, and is the model's name right?",
    429: "too many requests: the endpoint limits the rate",
}
"""Status -> what to look at."""


CARD: Card[Target[Any, Any]] = Card(make, "Chat application behind an OpenAI-compatible endpoint")
