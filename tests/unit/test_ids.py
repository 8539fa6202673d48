"""Surrogate keys: unlike each other and in the order in which they were made."""

from engine.ids import counted, new_id


def test_later_ids_sort_after_earlier_ones() -> None:
    made = [new_id() for _ in range(1_000)]

    assert made == sorted(set(made))


def test_the_same_acts_played_twice_get_the_same_ids() -> None:
    with counted():
        first = [new_id() for _ in range(3)]
    with counted():
        second = [new_id() for _ in range(3)]

    assert first == second == sorted(set(first))


def test_outside_of_a_play_no_id_is_counted() -> None:
    with counted():
        inside = new_id()

    outside = [new_id(), new_id()]

    assert inside not in outside
    assert outside[0] != outside[1]
