"""An id opens nothing that is closed elsewhere: what each person gets by `node` is what all other ways give them."""

import pytest
from graphql import GraphQLObjectType

from tests.schema.permissions.asking import SCHEMA, Asker
from tests.schema.permissions.crawl import BY_ID, LANGUAGES, NODE_TYPES, PAGING, Facts, arguments, crawl
from tests.schema.permissions.labels import labels
from tests.schema.permissions.paths import CARDS, OWN_WAY, PATHS, PUBLIC, WITHIN, is_frame, paths_of
from tests.schema.permissions.rows import TABLES, all_ids, everything
from tests.schema.permissions.world import COUNTY, FAR, HOME, NEXT, PERSONAS, PROVINCE, TOWNSHIP, World

_FOR_ALL = {"ContentItem": {"province", "told", "topic", "course"}, "Advisor": {"advisor"}}
_OF_THE_COUNTY = {*_FOR_ALL["ContentItem"], "county", "township", "case"}
_HOME = {
    "ContentItem": _OF_THE_COUNTY | {"home", "home topic", "for communities"},
    "VillageGroup": {HOME},
    "Notification": {f"for {code}" for code in (PROVINCE, COUNTY, TOWNSHIP, HOME)},
}
_NEXT = {
    "ContentItem": _OF_THE_COUNTY | {"next and far", "for communities"},
    "VillageGroup": {NEXT},
    "Notification": {f"for {code}" for code in (PROVINCE, COUNTY, TOWNSHIP, NEXT)},
}
_FAR = {
    "ContentItem": _FOR_ALL["ContentItem"] | {"far", "next and far"},
    "VillageGroup": {FAR},
    "Notification": {f"for {code}" for code in (PROVINCE, FAR)},
}
_ALL_OF_HOME = {"h1", "h2", "h3", "h4", "h5", "h6"}
#: Who may see what, by hand. Of what is not named a person sees what anyone sees, and nothing else.
MAY_SEE: dict[str, dict[str, set[str]]] = {
    "anyone": {},
    "newcomer": {},
    # Said that they go to school.
    "resident": {
        **_HOME,
        "ContentItem": _HOME["ContentItem"] - {"for communities"} | {"for schools"},
        "Message": _ALL_OF_HOME,
        "Media": {"awaiting", "refused", "ready"},
    },
    # Came when four lines were written.
    "latecomer": {**_HOME, "Message": {"h5", "h6"}},
    # Was away for two of them.
    "returned": {**_HOME, "Message": {"h1", "h2", "h3", "h6"}},
    # Was at home for four lines, and for one where they live now.
    "moved": {**_FAR, "Message": {"f3"}},
    "neighbour": {**_NEXT, "Message": {"n1"}},
    "far": {**_FAR, "Message": {"f1", "f2", "f3"}},
    # Came when one line was written, and took the group over with it.
    "advisor": {"VillageGroup": {HOME}, "Message": _ALL_OF_HOME},
    "lapsed": {"Media": {"lapsed's"}},
    "suspended": {},
    "staff": {"ContentItem": _FOR_ALL["ContentItem"] | {"for staff"}, "Media": {"cover", "recording", "video"}},
    "root": {},
}
#: What there is and nobody sees.
HIDDEN_FROM_ALL = {
    "Advisor": {"lapsed", "suspended"},
    "ContentItem": {"draft", "withdrawn"},
    "Notification": {"old", "retracted"},
}


@pytest.fixture
def facts(world: World, asker: Asker, persona: str) -> Facts:
    return crawl(asker, world.people[persona])


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("core", [False, True], ids=["by plan", "by graphql-core"])
def test_an_id_gives_what_every_other_way_gives(
    world: World, asker: Asker, persona: str, facts: Facts, core: bool
) -> None:
    viewer = world.people[persona]
    for of, way in OWN_WAY.items():
        given = {each: asker.one_by_id(of, each, viewer, core=core) for each in all_ids(of)}
        assert {each: found for each, found in given.items() if found} == facts.things[of], of
        assert facts.given[way] == facts.things[of].keys(), f"another way than {way} gives {of}"
        assert asker.by_id(of, list(given), viewer, core=core) == list(given.values())


@pytest.mark.parametrize("persona", PERSONAS)
def test_everybody_sees_what_they_may_and_nothing_else(world: World, persona: str, facts: Facts) -> None:
    may = {**_FOR_ALL, **MAY_SEE[persona]}
    may["Notification"] = may.get("Notification", set()) | {f"to {persona}"}
    for of, named in labels(world).items():
        seen = {named[each] for each in facts.things[of]}
        hidden = {label for each, label in named.items() if each not in facts.things[of]}
        assert seen <= may.get(of, set()), of
        assert hidden.isdisjoint(may.get(of, set())), of


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_card_shows_what_its_item_shows_and_nothing_of_an_item_that_is_not_seen(facts: Facts) -> None:
    for told in (facts, *facts.told_in.values()):
        for card, of in CARDS.items():
            for global_id, shown in told.cards[card].items():
                whole = told.things[of][global_id]
                for each in shown:
                    assert {**whole, **each, "__typename": of} == whole


@pytest.mark.parametrize("persona", PERSONAS)
def test_another_language_opens_nothing(facts: Facts) -> None:
    assert facts.told_in.keys() == set(LANGUAGES)
    for told in facts.told_in.values():
        assert told.things["ContentItem"].keys() == facts.things["ContentItem"].keys()


def test_the_tables_name_everything_in_the_world(world: World) -> None:
    for of, named in labels(world).items():
        shown = {label for may in (*MAY_SEE.values(), _FOR_ALL) for label in may.get(of, ())}
        people = {f"to {name}" for name in PERSONAS} if of == "Notification" else set()
        assert set(named.values()) - people == shown | HIDDEN_FROM_ALL.get(of, set()), of


@pytest.mark.parametrize("persona", PERSONAS)
def test_what_is_public_is_the_same_for_all(world: World, asker: Asker, persona: str, facts: Facts) -> None:
    anyone = crawl(asker, None)
    for of in PUBLIC:
        assert facts.things[of] == anyone.things[of] != {}
    every_row = {of: set(all_ids(of)[:-1]) for of in PUBLIC - {"Advisor"}}
    assert {of: set(facts.things[of]) for of in every_row} == every_row


def test_every_type_and_every_way_to_it_is_looked_at() -> None:
    assert paths_of(SCHEMA) == PATHS, "say in paths.py where the new type or way belongs, and whose rights it has"
    assert OWN_WAY.keys() == NODE_TYPES == TABLES.keys()
    objects = {name for name, of in SCHEMA.type_map.items() if isinstance(of, GraphQLObjectType)}
    assert objects == {name for name in objects if is_frame(name) or name.startswith("__")} | {
        "Query",
        "Mutation",
        "Subscription",
        *OWN_WAY,
        *CARDS,
        *WITHIN,
    }


def test_every_root_field_is_asked_with_every_argument(world: World) -> None:
    fields = SCHEMA.query_type.fields
    asked = {name: {one for given in sets for one in given} for name, sets in arguments().items()}
    paging = {name: PAGING & field.args.keys() if "after" in field.args else set() for name, field in fields.items()}
    assert {name: given | paging[name] for name, given in asked.items()} == {
        name: set(field.args) for name, field in fields.items() if name not in BY_ID
    }


def test_every_field_is_seen_by_somebody(world: World, asker: Asker) -> None:
    """Otherwise the comparisons above would compare nothing with nothing."""
    seen = set().union(*(crawl(asker, viewer).seen for viewer in world.people.values()))
    only_by_changes = {"Device", "UploadField", "UploadTicket", "Mutation", "Subscription"}
    fields = {
        f"{name}.{field}"
        for name, of in SCHEMA.type_map.items()
        if isinstance(of, GraphQLObjectType) and not name.startswith("__") and not is_frame(name)
        if name not in only_by_changes
        for field in of.fields
    }
    assert fields - seen == {f"Query.{name}" for name in BY_ID}


@pytest.mark.parametrize("persona", PERSONAS)
def test_asking_changes_nothing(world: World, asker: Asker, persona: str) -> None:
    before = everything()
    crawl(asker, world.people[persona])
    for of in OWN_WAY:
        asker.by_id(of, all_ids(of), world.people[persona])
    assert everything() == before
