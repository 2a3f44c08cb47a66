"""The texts that packs are measured with are as long as promised, and no easier to compress than written ones."""

from bench.pack.texts import LONGEST, SHORTEST, Texts, characters

#: How far gzip looks back.
WINDOW = 32_768


def test_bodies_are_as_long_as_promised() -> None:
    texts = Texts()
    lengths = [characters(texts.body()) for _ in range(300)]
    assert min(lengths) >= SHORTEST
    assert max(lengths) <= LONGEST


def test_every_run_writes_the_same() -> None:
    assert [text.body() for text in (Texts(), Texts())] == [Texts().body()] * 2


def test_a_sentence_comes_back_when_gzip_has_forgotten_it() -> None:
    texts = Texts()
    bodies = [texts.body() for _ in range(200)]
    whole = "".join(bodies)
    heading = bodies[0].partition('"paragraph"')[2][:60]
    again = whole.find(heading[20:60], len(bodies[0]))
    assert again == -1 or len(whole[:again].encode()) > WINDOW
