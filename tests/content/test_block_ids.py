"""Short names of blocks: unique within a body, or not short."""

from uuid import UUID, uuid4

from backend.content.block_ids import is_block, short_ids


def test_blocks_are_called_by_the_beginning_of_their_ids():
    ids = [str(uuid4()) for _ in range(20)]
    assert short_ids(ids) == [each[:8] for each in ids]


def test_where_two_begin_alike_all_have_their_whole_ids():
    ids = [str(UUID(int=number)) for number in range(3)]
    assert short_ids(ids) == ids


def test_what_is_no_uuid_stays_as_it_is():
    assert short_ids(["block-10", "block-100", None]) == ["block-10", "block-100", None]


def test_both_names_lead_to_a_block():
    ids = [str(uuid4()), "block-1"]
    assert [is_block(name, ids) for name in (ids[0], ids[0][:8], "block-1", ids[0][:7], "")] == [
        True,
        True,
        True,
        False,
        False,
    ]
