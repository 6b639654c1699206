"""A witness policy says whose cosignatures are enough, and which line of it cannot be used."""

import pytest

from ledger.notes import ED25519, Note, NoteIsForged, Signer
from ledger.witness_policy import Cosigned, Standing, standing_of
from ledger.witness_policy_file import POLICY_WORDS, PolicyIsMalformed, PolicyRule, parse_policy
from tests.ledger.small_log import LOG, SmallLog, cosigner

X1, X2, X3, Y1 = (cosigner(f"{name}.example/w") for name in ("x1", "x2", "x3", "y1"))
GROUPS = f"""# whose word we take
log {LOG.verifier} https://ledger.example

witness X1 {X1.verifier} https://x1.example/
witness X2\t{X2.verifier}
  witness X3 {X3.verifier} http://127.0.0.1:8010
witness 局 {Y1.verifier}
group X 2 X1 X2 X3
group both all X 局
quorum both
"""


def cosigned(*signers: Signer) -> Note:
    note = SmallLog(5).note(5)
    made = tuple(each.cosign(note.text, 7) for each in signers)
    return Note(note.text, (*note.signatures, *made))


def stands(policy: str, *signers: Signer) -> Standing:
    return standing_of(parse_policy(policy.encode()), cosigned(*signers))


def test_groups_within_groups_count_as_one_member_each() -> None:
    assert stands(GROUPS, X1, X3, Y1).is_met
    assert not stands(GROUPS, X1, X2, X3).is_met
    assert not stands(GROUPS, X1, Y1).is_met


def test_a_standing_names_who_stands_for_it_and_who_is_missing() -> None:
    standing = stands(GROUPS, X1, Y1)
    assert standing.cosigned == (Cosigned("X1", 7), Cosigned("局", 7))
    assert standing.missing == ("X2", "X3")
    assert (standing.have, standing.needed, standing.members) == (1, 2, 2)


@pytest.mark.parametrize(("threshold", "enough"), [("any", 1), ("2", 2), ("all", 3)])
def test_k_of_n_is_met_by_k_and_not_by_fewer(threshold: str, enough: int) -> None:
    policy = GROUPS.replace("group X 2", f"group X {threshold}").replace("quorum both", "quorum X")
    signers = [X1, X2, X3]
    assert [stands(policy, *signers[:k]).is_met for k in range(4)] == [
        k >= enough for k in range(4)
    ]


def test_one_witness_may_be_the_quorum_and_nobody_may_be() -> None:
    assert stands(GROUPS.replace("quorum both", "quorum X2"), X2).is_met
    assert not stands(GROUPS.replace("quorum both", "quorum X2"), X1).is_met
    assert stands("quorum none").is_met


def test_addresses_lose_the_slash_at_their_end() -> None:
    policy = parse_policy(GROUPS.encode())
    assert [each.address for each in policy.witnesses] == [
        "https://x1.example",
        None,
        "http://127.0.0.1:8010",
        None,
    ]


def test_a_known_witness_whose_signature_does_not_fit_spoils_the_note() -> None:
    other = SmallLog(4).note(4)
    note = Note(other.text, cosigned(X1).signatures)
    with pytest.raises(NoteIsForged):
        standing_of(parse_policy(GROUPS.encode()), note)


TWIN = Signer.of_seed("twin.example/w", b"x1.example/w".ljust(32, b"."), kind=X1.kind)
SIGNING = Signer.of_seed("y.example/w", bytes(32), kind=ED25519)

WRONG = {
    PolicyRule.TEXT_IS_NOT_PLAIN: (1, b"# \xff\nquorum none\n"),
    PolicyRule.LINE_IS_UNKNOWN: (2, b"quorum none\nwitnesses all\n"),
    PolicyRule.PARTS_DO_NOT_FIT: (1, b"group X any\nquorum none\n"),
    PolicyRule.KEY_IS_MALFORMED: (1, f"witness X {str(X1.verifier)[:-4]}\nquorum X".encode()),
    PolicyRule.KEY_IS_OF_ANOTHER_KIND: (1, f"witness X {SIGNING.verifier}\nquorum X".encode()),
    PolicyRule.KEY_STANDS_TWICE: (
        2,
        f"witness A {X1.verifier}\nwitness B {TWIN.verifier}\nquorum A".encode(),
    ),
    PolicyRule.ADDRESS_IS_MALFORMED: (
        1,
        f"witness A {X1.verifier} file:///etc/passwd\nquorum A".encode(),
    ),
    PolicyRule.NAME_STANDS_TWICE: (
        2,
        f"witness A {X1.verifier}\nwitness A {X2.verifier}\nquorum A".encode(),
    ),
    PolicyRule.NAME_IS_UNKNOWN: (1, f"quorum A\nwitness A {X1.verifier}".encode()),
    PolicyRule.MEMBER_STANDS_TWICE: (
        2,
        f"witness A {X1.verifier}\ngroup G any A A\nquorum G".encode(),
    ),
    PolicyRule.THRESHOLD_DOES_NOT_FIT: (
        2,
        f"witness A {X1.verifier}\ngroup G 2 A\nquorum G".encode(),
    ),
    PolicyRule.QUORUM_STANDS_TWICE: (2, b"quorum none\nquorum none\n"),
    PolicyRule.QUORUM_IS_MISSING: (1, f"witness A {X1.verifier}".encode()),
}


@pytest.mark.parametrize("rule", PolicyRule)
def test_a_line_that_cannot_be_used_is_named_with_its_rule(rule: PolicyRule) -> None:
    line, text = WRONG[rule]
    with pytest.raises(PolicyIsMalformed) as caught:
        parse_policy(text)
    assert (caught.value.rule, caught.value.line) == (rule, line)
    assert all(caught.value.told())


def test_every_rule_has_its_words() -> None:
    assert set(POLICY_WORDS) == set(PolicyRule) == set(WRONG)


@pytest.mark.parametrize(
    "line",
    [
        "group none any A",
        "group G 0 A",
        "group G 01 A",
        "group G any none",
        "witness B nothing",
        f"log {X1.verifier}",
        "quorum",
        "quorum A A",
        "quorum A\r",
    ],
)
def test_lines_just_beside_the_format_are_refused(line: str) -> None:
    with pytest.raises(PolicyIsMalformed):
        parse_policy(f"witness A {X1.verifier}\n{line}\nquorum A\n".encode())
