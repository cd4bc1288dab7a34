from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings, strategies as st

from tartip.engines.merkle import (
    EMPTY_ROOT,
    BadKey,
    BadNote,
    BadSignature,
    Checkpoint,
    InvalidProof,
    Kind,
    Note,
    NotTrusted,
    SigningKey,
    Tree,
    VerifierKey,
    cosign,
    format_note,
    open_checkpoint,
    open_note,
    parse_note,
    sign_checkpoint,
    sign_note,
)
from tartip.engines.merkle.tests.helpers import leaves
from tartip.engines.merkle.tests.reference import consistency, mth

# The reference pair of Go's sumdb/note package and the note in its documentation.
PETER_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_NOTE = (
    PETER_TEXT + "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)

# A tree head of the Go checksum database at 6,476,701 records.
SUMDB_VKEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB_NOTE = (
    "go.sum database tree\n6476701\nmb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n\n"
    "\u2014 sum.golang.org Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL"
    "+o3GeoWwOoAw=\n"
)

# A cosignature/v1 made by a public witness over a log of 5 entries, with the witness's raw public key.
WITNESS_PUBLIC = base64.b64decode("MCowBQYDK2VwAyEApTPPKyRu6Q3PoMkeY+/sNni0biF4vnVTYRHbVNA31mY=")[-32:]
WITNESS_TEXT = (
    "developers.google.com/android/binary_transparency/google1p/0\n5\nxqaCEZhTGZUuKNA7MpSyxe1WXiiESB2p+crAyzM+Vxo=\n"
)
WITNESS_LINE = base64.b64decode(
    "r0xBJQAAAABnkyoLuHgN5KlIUUpZV9hulwsFcgqV5v1CyeIhBZWdkfOJT0ims1LqbYygO5MEl91CGha5sP79K57P7lIGrz7Qtx8eBw=="
)

LOG = SigningKey("tartip.example/log", b"\x01" * 32)
NEXT = SigningKey("tartip.example/log", b"\x02" * 32)
PROSECUTOR = SigningKey("prosecutor.example", b"\x03" * 32, Kind.WITNESS)
STATISTICS = SigningKey("statistics.example", b"\x04" * 32, Kind.WITNESS)


def checkpoint(size: int) -> Checkpoint:
    return Checkpoint(LOG.name, size, mth(leaves(size)))


def test_the_reference_key_of_go_signs_the_reference_note_to_the_byte() -> None:
    key = SigningKey.parse(PETER_SKEY)
    assert (str(key.verifier), key.to_text()) == (PETER_VKEY, PETER_SKEY)
    assert sign_note(PETER_TEXT, [key]) == PETER_NOTE
    note, signed = open_note(PETER_NOTE, [VerifierKey.parse(PETER_VKEY)])
    assert (note.text, signed) == (PETER_TEXT, ((key.verifier, None),))


def test_a_tree_head_of_the_go_checksum_database_opens() -> None:
    key = VerifierKey.parse(SUMDB_VKEY)
    opened = open_checkpoint(SUMDB_NOTE, [key], origin="go.sum database tree")
    assert opened.checkpoint.size == 6_476_701
    assert opened.checkpoint.root.hex().startswith("99bf102d")
    with pytest.raises(NotTrusted, match=r"go\.sum database tree"):
        open_checkpoint(SUMDB_NOTE, [key])


def test_a_cosignature_of_a_public_witness_holds_and_tells_its_time() -> None:
    """0x67932a0b seconds after 1970 is 2025-01-24 05:50:03 UTC."""
    key = VerifierKey("witness", WITNESS_PUBLIC, Kind.WITNESS)
    assert key.check(WITNESS_TEXT, WITNESS_LINE[4:]) == 0x67932A0B
    with pytest.raises(BadSignature):
        key.check(WITNESS_TEXT.replace("\n5\n", "\n6\n"), WITNESS_LINE[4:])


def test_a_cosignature_signs_two_lines_and_the_text() -> None:
    signature = PROSECUTOR.sign("log\n", 1_700_000_000)
    raw = Ed25519PrivateKey.from_private_bytes(b"\x03" * 32).sign(b"cosignature/v1\ntime 1700000000\nlog\n")
    assert signature.body == (1_700_000_000).to_bytes(8, "big") + raw


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+c74f20a3",
        PETER_VKEY.replace("c74f20a3", "c74f20a4"),
        PETER_VKEY.replace("c74f20a3", "C74F20A3"),
        PETER_VKEY.replace("Peter", "Pete r"),
        PETER_VKEY[:-1],
        PETER_VKEY + "=",
        PETER_VKEY.replace("+AR", "+BR"),
        "a+00000000+AQ==",
        "+c74f20a3+" + PETER_VKEY[-44:],
    ],
)
def test_a_broken_key_text_is_refused(text: str) -> None:
    with pytest.raises(BadKey):
        VerifierKey.parse(text)
    with pytest.raises(BadKey):
        SigningKey.parse("PRIVATE+KEY+" + text)


def test_a_private_key_shows_itself_in_no_message() -> None:
    assert "\\x01" not in repr(LOG)
    with pytest.raises(BadKey) as refused:
        SigningKey.parse(PETER_SKEY[:-1])
    assert "YEKFAL" not in str(refused.value)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        PETER_TEXT,
        PETER_TEXT + "\n",
        PETER_NOTE[:-1],
        PETER_NOTE + "\n",
        PETER_NOTE.replace("\u2014", "-"),
        PETER_NOTE.replace("\u2014 ", "\u2014"),
        PETER_NOTE.replace("PeterNeumann", ""),
        PETER_NOTE.replace("\n\n", "\n"),
        PETER_NOTE.replace("PeterNeumann", "Peter+Neumann"),
        PETER_NOTE.replace("AM=", "AN="),
        PETER_NOTE.replace("AM=", "AM"),
        PETER_NOTE.replace("If", "I\tf"),
        PETER_NOTE.replace("\n", "\r\n"),
        PETER_NOTE + "\u2014 x AAAAAA==\n",
        PETER_NOTE.encode() + b"\xff\n",
        PETER_NOTE + PETER_NOTE.split("\n\n")[1] * 64,
        "x" * 300_000 + PETER_NOTE,
        PETER_NOTE.replace("If", "I\ud800"),
    ],
)
def test_a_malformed_note_is_refused(note: str | bytes) -> None:
    with pytest.raises(BadNote):
        parse_note(note)


def test_the_text_ends_at_the_last_blank_line() -> None:
    text = "one\n\ntwo\n"
    assert parse_note(sign_note(text, [LOG])).text == text


def test_a_changed_text_or_signature_breaks_the_whole_note() -> None:
    note = sign_note("size 10\n", [LOG])
    with pytest.raises(BadSignature, match=LOG.name):
        open_note(note.replace("10", "11"), [LOG.verifier])
    parsed = parse_note(note)
    good = parsed.signatures[0]
    bad = good._replace(body=good.body[:-1] + bytes([good.body[-1] ^ 1]))
    for signatures in ([bad], [good, bad], [bad, good], [good._replace(body=b"short")]):
        with pytest.raises(BadSignature):
            open_note(format_note(Note(parsed.text, tuple(signatures))), [LOG.verifier])


def test_lines_of_unknown_keys_are_passed_over_but_never_enough() -> None:
    note = sign_note("x\n", [NEXT, LOG])
    assert [s.key for s in open_note(note, [LOG.verifier])[1]] == [LOG.verifier]
    with pytest.raises(NotTrusted):
        open_note(note, [PROSECUTOR.verifier])
    with pytest.raises(NotTrusted):
        open_note(note, [])


def test_a_key_that_signed_twice_counts_once() -> None:
    assert len(open_note(sign_note("x\n", [LOG, LOG]), [LOG.verifier, LOG.verifier])[1]) == 1


def test_a_checkpoint_of_an_empty_log_is_the_text_of_the_specification() -> None:
    """Base64 of SHA-256 of nothing, e3b0c442…b855."""
    text = "tartip.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    assert Checkpoint(LOG.name, 0, Tree().root()).text == text
    assert Checkpoint.parse(text) == Checkpoint(LOG.name, 0, Tree().root())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n1\nAA==\n",
        "\n1\n{root}\n",
        "a\n01\n{root}\n",
        "a\n-1\n{root}\n",
        "a\n1.0\n{root}\n",
        "a\n\n{root}\n",
        "a\n+1\n{root}\n",
        "a\n1\n{root}",
        "a\n1\n{root}\n\nx\n",
        "a\n1\n{root}\n\n",
        "a\n1 \n{root}\n",
        "a\n٣\n{root}\n",
        "a\n99999999999999999999\n{root}\n",
        "a\n1\n{root}=\n",
        "a\n1\n {root}\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.parse(text.replace("{root}", base64.b64encode(bytes(32)).decode()))


def test_extension_lines_are_signed_too() -> None:
    signed = sign_checkpoint(Checkpoint(LOG.name, 1, bytes(32), ("note: 1",)), LOG)
    assert open_checkpoint(signed, [LOG.verifier]).checkpoint.extensions == ("note: 1",)
    with pytest.raises(BadSignature):
        open_checkpoint(signed.replace("note: 1", "note: 2"), [LOG.verifier])


def test_a_checkpoint_of_another_origin_or_without_a_log_key_is_not_trusted() -> None:
    other = sign_checkpoint(Checkpoint("other.example/log", 1, bytes(32)), LOG)
    with pytest.raises(NotTrusted, match="the log other"):
        open_checkpoint(other, [LOG.verifier])
    only_witness = cosign(sign_checkpoint(checkpoint(3), LOG), PROSECUTOR, LOG.verifier, None, [], at=5)
    with pytest.raises(NotTrusted, match="no trusted key of the log"):
        open_checkpoint(only_witness, [PROSECUTOR.verifier])


def test_a_witness_that_bears_the_name_of_the_log_is_still_no_log() -> None:
    namesake = SigningKey(LOG.name, b"\x05" * 32, Kind.WITNESS)
    note = cosign(sign_checkpoint(checkpoint(3), LOG), namesake, LOG.verifier, None, [], at=5)
    with pytest.raises(NotTrusted, match="no trusted key of the log"):
        open_checkpoint(note, [namesake.verifier])


def test_a_key_changes_by_signing_with_the_old_and_the_new_one() -> None:
    note = sign_checkpoint(checkpoint(4), LOG, NEXT)
    for key in (LOG, NEXT):
        assert [s.key for s in open_checkpoint(note, [key.verifier]).signed_by] == [key.verifier]


NOTHING = Checkpoint(LOG.name, 0, EMPTY_ROOT)
IMPOSSIBLE = Checkpoint(LOG.name, 0, b"\x11" * 32)


def test_a_witness_refuses_an_empty_log_whose_root_is_not_that_of_nothing() -> None:
    """RFC 6962 section 2.1: the hash of an empty list is SHA-256 of the empty string."""
    note = sign_checkpoint(IMPOSSIBLE, LOG)
    for refused in (
        lambda: cosign(note, PROSECUTOR, LOG.verifier, None, [], at=5),
        lambda: open_checkpoint(note, [LOG.verifier]),
    ):
        with pytest.raises(NotTrusted, match="no entries"):
            refused()


def test_a_witness_cosigns_an_empty_log_and_the_one_that_grew_out_of_it() -> None:
    first = cosign(sign_checkpoint(NOTHING, LOG), PROSECUTOR, LOG.verifier, None, [], at=5)
    assert open_checkpoint(first, [LOG.verifier, PROSECUTOR.verifier], quorum=1).checkpoint == NOTHING
    for seen in (None, NOTHING):
        assert cosign(sign_checkpoint(checkpoint(5), LOG), PROSECUTOR, LOG.verifier, seen, [], at=6)


@pytest.mark.parametrize("size", [0, 5])
@pytest.mark.parametrize("seen", [None, NOTHING])
def test_a_witness_refuses_a_proof_that_starts_from_nothing(size: int, seen: Checkpoint | None) -> None:
    note = sign_checkpoint(checkpoint(size) if size else NOTHING, LOG)
    with pytest.raises(InvalidProof, match="must be empty"):
        cosign(note, PROSECUTOR, LOG.verifier, seen, [bytes(32)], at=5)


@pytest.mark.parametrize("size", [0, 5])
def test_a_witness_that_has_seen_an_impossible_empty_log_signs_nothing_after_it(size: int) -> None:
    note = sign_checkpoint(checkpoint(size) if size else NOTHING, LOG)
    with pytest.raises(InvalidProof, match="seen before"):
        cosign(note, PROSECUTOR, LOG.verifier, IMPOSSIBLE, [], at=5)


def test_a_witness_never_goes_back_to_an_empty_log() -> None:
    with pytest.raises(InvalidProof):
        cosign(sign_checkpoint(NOTHING, LOG), PROSECUTOR, LOG.verifier, checkpoint(5), [], at=5)


def test_witnesses_cosign_what_only_grew_and_a_quorum_is_counted() -> None:
    note = sign_checkpoint(checkpoint(8), LOG)
    proof = consistency(5, leaves(8))
    note = cosign(note, PROSECUTOR, LOG.verifier, checkpoint(5), proof, at=100)
    note = cosign(note, STATISTICS, LOG.verifier, None, [], at=101)
    keys = [LOG.verifier, PROSECUTOR.verifier, STATISTICS.verifier]
    opened = open_checkpoint(note, keys, quorum=2)
    assert [(s.key.name, s.at) for s in opened.witnessed_by] == [
        ("prosecutor.example", 100),
        ("statistics.example", 101),
    ]
    with pytest.raises(NotTrusted, match="1 of 2 witnesses"):
        open_checkpoint(note, keys[:2], quorum=2)


def test_a_witness_refuses_a_log_that_rewrote_what_it_had_seen() -> None:
    seen = Checkpoint(LOG.name, 5, mth([*leaves(4), b"\xee" * 32]))
    note = sign_checkpoint(checkpoint(8), LOG)
    with pytest.raises(InvalidProof):
        cosign(note, PROSECUTOR, LOG.verifier, seen, consistency(5, leaves(8)), at=100)
    with pytest.raises(InvalidProof):
        cosign(sign_checkpoint(checkpoint(4), LOG), PROSECUTOR, LOG.verifier, checkpoint(5), [], at=100)
    elsewhere = Checkpoint("other.example/log", 8, checkpoint(8).root)
    with pytest.raises(NotTrusted, match="another log"):
        cosign(note, PROSECUTOR, LOG.verifier, elsewhere, [], at=100)


def test_a_witness_signs_with_a_time_and_a_log_without() -> None:
    for key, at in ((LOG, 5), (PROSECUTOR, None), (PROSECUTOR, -1), (PROSECUTOR, 2**63)):
        with pytest.raises(BadNote):
            key.sign("x\n", at)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80) | st.text(max_size=80) | st.text(alphabet="\n \u2014aA=+", max_size=60))
def test_no_text_makes_the_parser_fall(data: str | bytes) -> None:
    try:
        note = parse_note(data)
    except BadNote:
        return
    assert format_note(note) == (data if isinstance(data, str) else data.decode())
