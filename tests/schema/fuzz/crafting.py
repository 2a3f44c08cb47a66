"""Requests of all sorts: sound ones, ones that are wrong by a little, and ones that mean harm."""

import json
import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLSchema,
    get_nullable_type,
)

from tests.schema.fuzz.hostile import HOSTILE
from tests.schema.plans.asking import Knowledge
from tests.schema.plans.operations import Author, nullable

_TOKEN = re.compile(r'[_A-Za-z]\w*|"(?:\\.|[^"\\])*"|\.\.\.|-?\d+|\S')
_WORDS = ("{", "}", "(", ")", ":", "$", "...", "@", "!", "[", "]", "on", "query", "fragment", "null", "true", "0", '""')
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    101,
    2**31,
    2**63,
    2**64,
    10**300,
    1.5,
    1e308,
    "",
    "x",
    "1",
    "a\x00b",
    "\ud800",
    "长" * 5_000,
    [],
    [[[[[[[[[[]]]]]]]]]],
    ["x"] * 300,
    {},
    {"a": {"b": {"c": [{}]}}},
)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: the JSON of a request, and whether by GET; `kind` says who made it."""

    kind: str
    body: dict[str, Any]
    get: bool = False


Maker = Callable[[Random, Knowledge], dict[str, Any]]


class Wild:
    """Implements `operations.Values` for any schema: values of the right type and of no sense, or some."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def arguments(self, random: Random, _parent: str, _name: str, known: dict[str, GraphQLArgument]) -> dict[str, Any]:
        """See Values."""
        given = [one for one, argument in known.items() if not nullable(argument) or random.random() < 0.5]
        return {one: self.value(random, known[one].type) for one in given}

    def value(self, random: Random, of: Any) -> Any:
        """Some value of a type."""
        inner = get_nullable_type(of)
        if inner is of and random.random() < 0.1:
            return None
        if isinstance(inner, GraphQLList):
            return [self.value(random, inner.of_type) for _ in range(random.randint(0, 3))]
        if isinstance(inner, GraphQLInputObjectType):
            fields = inner.fields.items()
            wanted = {name: field.type for name, field in fields if random.random() < 0.8 or not nullable(field)}
            return {name: self.value(random, kind) for name, kind in wanted.items()}
        if isinstance(inner, GraphQLEnumType):
            return random.choice(list(inner.values))
        number = random.choice([0, 1, 7, -1, 2**31 - 1])
        return {"Int": number, "Boolean": random.random() < 0.5}.get(inner.name, random.choice(self._texts))


class Crafter:
    """Makes requests. `texts` are for arguments that need not make sense, `foreign` are another author's operations."""

    def __init__(self, schema: GraphQLSchema, texts: Sequence[str], foreign: Sequence[str]) -> None:
        self._schema = schema
        self._wild = Wild(texts)
        self._foreign = foreign
        self._recent: deque[dict[str, Any]] = deque(maxlen=20)
        self._makers: list[tuple[int, Maker]] = [
            (30, self._sound),
            (10, self._change),
            (10, self._senseless),
            (15, self._by_another),
            (15, self._broken_text),
            (10, self._broken_variables),
            (3, self._broken_request),
            (7, self._hostile),
            (10, self._again),
        ]

    def request(self, number: int, knowledge: Knowledge) -> Request:
        """The request of a number, with what is known by then."""
        random = Random(number)  # noqa: S311 - no secret
        weights = [weight for weight, _ in self._makers]
        ((_, maker),) = random.choices(self._makers, weights)
        body = maker(random, knowledge)
        self._recent.append(body)
        return Request(maker.__name__.strip("_"), body, get=random.random() < 0.1)

    def _author(self, random: Random, values: Any) -> Author:
        return Author(self._schema, random, values, fields=random.choice([5, 10, 20, 40]), hazard=0.1)

    def _sound(self, random: Random, knowledge: Knowledge) -> dict[str, Any]:
        operation = self._author(random, knowledge).query()
        return {"query": operation.text, "operationName": operation.name, "variables": operation.variables(random)}

    def _senseless(self, random: Random, _knowledge: Knowledge) -> dict[str, Any]:
        operation = self._author(random, self._wild).query()
        return {"query": operation.text, "operationName": operation.name, "variables": operation.variables(random)}

    def _change(self, random: Random, _knowledge: Knowledge) -> dict[str, Any]:
        operation = self._author(random, self._wild).mutation()
        return {"query": operation.text, "operationName": operation.name, "variables": operation.variables(random)}

    def _by_another(self, random: Random, _knowledge: Knowledge) -> dict[str, Any]:
        return {"query": random.choice(self._foreign)}

    def _broken_text(self, random: Random, knowledge: Knowledge) -> dict[str, Any]:
        body = self._sound(random, knowledge)
        tokens = _TOKEN.findall(body["query"])
        for _ in range(random.choice([1, 1, 1, 2, 5])):
            _spoil(tokens, random)
        text = " ".join(tokens)
        return body | {"query": text[: random.randint(0, len(text))] if random.random() < 0.1 else text}

    def _broken_variables(self, random: Random, knowledge: Knowledge) -> dict[str, Any]:
        body = random.choice([self._sound, self._change])(random, knowledge)
        variables = body["variables"]
        for name in [*variables, "extra"]:
            if random.random() < 0.5:
                variables[name] = random.choice(ODD_VALUES)
            elif random.random() < 0.2:
                variables.pop(name, None)
        return body

    def _broken_request(self, random: Random, knowledge: Knowledge) -> dict[str, Any]:
        body = self._sound(random, knowledge)
        body[random.choice(["query", "operationName", "variables", "extensions"])] = random.choice(ODD_VALUES)
        return body

    def _hostile(self, random: Random, _knowledge: Knowledge) -> dict[str, Any]:
        return {"query": random.choice(HOSTILE)(random)}

    def _again(self, random: Random, knowledge: Knowledge) -> dict[str, Any]:
        return random.choice(self._recent) if self._recent else self._sound(random, knowledge)


def _spoil(tokens: list[str], random: Random) -> None:
    if not tokens:
        return
    place, other = random.randrange(len(tokens)), random.randrange(len(tokens))
    names = [n for n, token in enumerate(tokens) if token[0].isalpha()]
    if names and random.random() < 0.5:
        # It may still be a document, of another meaning or of none.
        tokens[random.choice(names)] = tokens[random.choice(names)]
        return
    match random.randrange(5):
        case 0:
            del tokens[place]
        case 1:
            tokens.insert(place, tokens[other])
        case 2:
            tokens[place], tokens[other] = tokens[other], tokens[place]
        case 3:
            tokens[place] = random.choice(_WORDS)
        case _:
            tokens[place] = json.dumps(random.choice(("", "x", "\x00", "🧑‍🌾", 2**40, -1, 1e400, None)))
