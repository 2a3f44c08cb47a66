"""Documents that mean harm, each in some size."""

from collections.abc import Callable
from random import Random

Hostile = Callable[[Random], str]


def _size(random: Random) -> int:
    return random.choice([1, 2, 5, 15, 30, 60, 200, 1_000])


def _repeated(random: Random, piece: str) -> str:
    return " ".join(piece.replace("#", str(n)) for n in range(_size(random)))


def _nested(random: Random, start: str, piece: str, end: str) -> str:
    depth = _size(random)
    return f"{start}{piece * depth}{end}{' }' * depth} }}"


def _chained(random: Random, last: str) -> str:
    length = _size(random)
    links = " ".join(
        f"fragment f{n} on Division {{ a: ancestors {{ ...f{n + 1} }} b: ancestors {{ ...f{n + 1} }} }}"
        for n in range(length)
    )
    return f"{{ divisions {{ ...f0 }} }} {links} fragment f{length} on Division {{ {last} }}"


HOSTILE: tuple[Hostile, ...] = (
    lambda random: _nested(random, "{ divisions {", " ancestors {", " code"),
    lambda random: _nested(random, "{ divisions {", " ... on Division {", " code"),
    lambda random: _nested(random, "{ __schema { types {", " fields { type {", " name } ") + " }" * _size(random),
    lambda random: _nested(random, "{", " ... {", " __typename"),
    lambda random: _chained(random, "code"),
    lambda random: _chained(random, "...f0"),
    lambda random: _chained(random, "...missing"),
    lambda _: "{ divisions { ...f } } fragment f on Division { ...f }",
    lambda _: "query { ...a } fragment a on Query { ...b } fragment b on Query { ...a viewer { id } }",
    lambda random: "{ " + _repeated(random, "a#: viewer { id }") + " }",
    lambda random: "{ " + _repeated(random, 'a#: divisionSearch(text: "村") { ancestors { code } }') + " }",
    lambda random: "{ viewer { " + _repeated(random, "id") + " } }",
    lambda random: "{ " + _repeated(random, "viewer { village { ancestors { code } } }") + " }",
    lambda random: "{ __typename " + _repeated(random, "@include(if: true)") + " }",
    lambda random: "{ __typename " + _repeated(random, "@unknown#(a: [1, {b: 2}])") + " }",
    lambda random: "mutation { " + _repeated(random, "a#: signOut(input: {}) { signedOut }") + " }",
    lambda random: _repeated(random, "query Q# { __typename }"),
    lambda random: "query(" + _repeated(random, "$v#: Int") + ") { __typename }",
    lambda random: "query($v: " + "[" * _size(random) + "Int" + "]" * 20 + ") { __typename }",
    lambda random: "{ nodes(ids: [" + _repeated(random, '"TGF3OjE="') + "]) { id } }",
    lambda random: "{ node(id: " + "[" * _size(random) + "1" + "]" * _size(random) + ") { id } }",
    lambda random: '{ laws(text: "' + "法" * _size(random) * 20 + '") { edges { cursor } } }',
    lambda random: '{ resolveCitations(text: "' + "《民法典》第一条至第九百条、" * _size(random) + '") { quote } }',
    lambda random: f"{{ laws(first: {10 ** _size(random)}) {{ edges {{ cursor }} }} }}",
    lambda random: f"{{ feed(first: -{'9' * _size(random)}.5e{_size(random)}) {{ edges {{ cursor }} }} }}",
    lambda random: "# " + "x" * _size(random) * 100 + "\n{ __typename }",
    lambda random: '"""' + "\\u" * _size(random) + '""" { __typename }',
    lambda random: '{ laws(text: "\\u{' + "f" * _size(random) + '}") { edges { cursor } } }',
    lambda random: "\ufeff" * _size(random) + "{ __typename }",
    lambda random: "{" * _size(random) + "}" * _size(random),
    lambda random: "(" * _size(random) + "[" * _size(random),
    lambda random: "a" * _size(random) * 50,
    lambda _: 'subscription { groupMessages(groupId: "x") { seq } }',
    lambda _: 'subscription S { ...f } fragment f on Subscription { a: groupMessages(groupId: "x") { seq } }',
    lambda _: "query { __schema { types { name } } } ",
    lambda _: "type Query { a: Int } extend type Query { b: Int }",
    lambda _: "{ feed { edges { node { body { ... on Query { viewer { id } } } } } } }",
    lambda _: "",
    lambda _: " ",
    lambda _: "{}",
    lambda _: "\x00",
)
