"""The draw of a look-back campaign: the same for everybody, and never less than its share."""

from hypothesis import given, strategies as st

from riskctl.workflows import draw

SEEDS = st.text(min_size=1, max_size=12)
CODES = st.lists(st.integers(1, 9999).map(lambda n: f"WT-2026-SK-{n:03d}"), unique=True, max_size=60)
SHARES = st.integers(0, 100)


@given(SEEDS, CODES, SHARES, st.randoms())
def test_the_draw_does_not_depend_on_the_order_of_the_list(
    seed: str, codes: list[str], share: int, order: object
) -> None:
    mixed = list(codes)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    assert draw.drawn(seed, mixed, share) == draw.drawn(seed, codes, share)


@given(SEEDS, CODES, SHARES)
def test_the_share_is_right(seed: str, codes: list[str], share: int) -> None:
    chosen = draw.drawn(seed, codes, share)
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= set(codes)
    assert len(chosen) * 100 >= len(codes) * share
    assert not chosen or (len(chosen) - 1) * 100 < len(codes) * share


@given(SEEDS, CODES, SHARES)
def test_every_drawn_line_stands_before_every_other(seed: str, codes: list[str], share: int) -> None:
    chosen = set(draw.drawn(seed, codes, share))
    drawn = [draw.line(seed, code) for code in codes if code in chosen]
    left = [draw.line(seed, code) for code in codes if code not in chosen]
    assert not drawn or not left or max(drawn) < min(left)


@given(SEEDS, CODES)
def test_a_larger_share_only_adds(seed: str, codes: list[str]) -> None:
    assert set(draw.drawn(seed, codes, 30)) <= set(draw.drawn(seed, codes, 60))


def test_by_hand() -> None:
    # printf '%s' '2026134WT-2026-SK-001' | sha256sum
    line = "f5efba732fcaf806443181cf7b229a2b860c62b93f161ca73dc200fe0f91c4f5"
    assert draw.line("2026134", "WT-2026-SK-001") == line
    assert draw.quota(1, 30) == 1
    assert draw.quota(10, 30) == 3
    assert draw.quota(11, 30) == 4
    assert draw.quota(0, 30) == 0


def test_the_digest_of_a_list_does_not_depend_on_its_order_but_on_its_codes() -> None:
    assert draw.digest(["b", "a"]) == draw.digest(["a", "b"])
    assert draw.digest(["a", "b"]) != draw.digest(["a", "b*"])
