"""Check a bundle with Python (3.9 or newer) alone: python verify.py [FOLDER] --key VKEY

Written from RFC 9162, RFC 8032 and the C2SP texts, sharing no line with the program that made the
bundle. Exit code 0: all good; 1: something is wrong; 2: this is no bundle it can read.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import os
import re
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

FORMAT, WIDTH, HASH, SHOWN, KEPT = 1, 256, 32, 20, 1000
HEADS = "heads-recorded.v1"
RECORDED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
UNREAD = re.compile(r"verify\.py|README[\w.-]*|log/(checkpoint\.[\w.-]+|witness-policy)")
NUMBER, HASH64 = "(0|[1-9][0-9]{0,18})", "[A-Za-z0-9+/]{43}="
BASE64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
LINES = rf"(([^\x00-\x1f]+)\n{NUMBER}\n({HASH64})\n(?:[^\x00-\x1f]+\n)*)"
CHECKPOINT = rf"{LINES}\n((?:— [^\s+\x00-\x1f]+ {BASE64}\n)+)"
PROOF = rf"c2sp\.org/tlog-proof@v1\n(?:extra {BASE64}\n)?index {NUMBER}((?:\n{HASH64})*)"

# A check, then its findings (indented), then other words: code, Chinese, English.
WORDS = """
signature|签名|signature
 not_signed|检查点没有密钥{name}的有效签名|the checkpoint carries no good signature of {name}
 differs|{what}与检查点不一致：{told}|{what} differs from the checkpoint: {told}
cosignatures|联署|cosignatures
 too_few|有效联署{count}个，要求{need}个|{count} good cosignatures, {need} needed
 bad_cosignature|见证方{name}的联署无效|the cosignature of {name} is bad
files|文件|files
 missing|缺少文件{path}|file {path} is missing
 foreign|不属于本包的文件{path}|file {path} does not belong here
 link|{path}不是普通文件（如符号链接），未读取|{path} is no plain file (a link?); not read
 size|文件{path}残缺或过大|file {path} is cut short or too big
 evidence|证据文件与其名称（散列）不符：{path}|evidence does not hash to its name: {path}
tree|散列树|hash tree
 root|按散列块计算的根与检查点不符|the root over the hash tiles is not the checkpoint's
 tile|散列块{path}有误（位置{position}至{last}）|tile {path} is wrong ({position} to {last})
entries|事实|facts
 altered|位置{position}的事实被改动：{type}，{subject}|{position} was altered: {type}, {subject}
 cut|{path}自位置{position}起残缺或错位|{path} is cut short or out of order from {position} on
 unreadable|位置{position}的内容不是事实|what stands at position {position} is no fact
 time|位置{position}的记录时间早于前一事实|position {position} is recorded before its predecessor
chains|主体链|subject chains
 chain|{subject}：位置{position}不接位置{before}|{subject}: {position} does not follow on {before}
heads|日终记录|daily heads
 daily|位置{position}的日终记录与事实不符：{of}，{day}|heads at {position} are wrong: {of}, {day}
proofs|证明|proofs
 proof|证明{path}不成立|proof {path} does not hold
 other_log|证明{path}属于另一日志|proof {path} is of another log
 fork|证明{path}的检查点与本日志分叉|the checkpoint in {path} forks from this log
 good|通过|good
 wrong|有误|WRONG
 unchecked|未查|not checked
 own_key|！！密钥取自包内，不能证明由谁签署！！|!! A KEY FROM THE BUNDLE PROVES NO SIGNER !!
 log|日志{0}，共{1}条事实，根{2} {3}|log {0}, {1} facts, root {2} {3}
 first|首个有误位置：{0}|first wrong position: {0}
 complete|{0}的事实完整至位置{1}|the facts of {0} are complete up to position {1}
 folder|{0}不是文件夹（压缩包请先解压）|{0} is not a folder (unpack an archive first)
 manifest|MANIFEST.json缺失或不可读|MANIFEST.json is missing or cannot be read
 format|包的格式{0}比本程序新|bundle format {0} is newer than this program
 checkpoint|log/checkpoint缺失或格式有误|log/checkpoint is missing or malformed
 short|检查点称有{0}条事实，包内文件不足|the files hold fewer than the {0} facts of the checkpoint
 key|密钥格式有误：{0}|malformed key: {0}
"""
TEXTS = {line.split("|")[0].strip(): line.split("|")[1:] for line in WORDS.strip().split("\n")}
CHECKS = re.findall(r"^(\w+)\|", WORDS, re.MULTILINE)


class Unreadable(ValueError):
    """Nothing can be said of this bundle: a code of `WORDS`, and what it speaks of."""


# Ed25519, RFC 8032: points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
Point = tuple[int, int, int, int]
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a: Point, b: Point) -> Point:
    """Section 5.1.4: a complete law, so it doubles as well."""
    e, h = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = h - e, d - c, d + c, h + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    total = (0, 1, 1, 0)
    for bit in f"{scalar:b}":
        total = add(add(total, total), point) if bit == "1" else add(total, total)
    return total


def decode_point(data: bytes) -> Point:
    """Section 5.1.3: only canonical points are keys."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or v * x * x % P != u or (x == 0 and sign):
        raise Unreadable("key", data.hex())
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether [S]B - [k]A encodes to R, S being canonical: section 5.1.7 without cofactor."""
    ax, ay, _, at = decode_point(public)
    base = decode_point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    s = int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little")
    x, y, z, _ = add(times(s % ORDER, base), times(k % ORDER, (P - ax, ay, 1, P - at)))
    encoded = y * pow(z, -1, P) % P | (x * pow(z, -1, P) % P & 1) << 255
    return encoded.to_bytes(32, "little") == signature[:32] and len(signature) == 64 and s < ORDER


Key = tuple[str, bytes, int, bytes]
"""A C2SP verifier key: name, id, kind (1 signs notes, 4 cosigns checkpoints), public key."""


def parse_key(text: str, kind: int) -> Key:
    match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})", text)
    material = base64.b64decode(match[3]) if match else b""
    name = match[1] if match else ""
    computed = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
    if not match or material[0] != kind or computed.hex() != match[2]:
        raise Unreadable("key", text)
    decode_point(material[1:])
    return name, computed, kind, material[1:]


class Checkpoint(NamedTuple):
    """A C2SP tlog-checkpoint: the signed bytes, what they say, and the signature lines."""

    body: bytes
    origin: str
    size: int
    root: bytes
    signatures: list[tuple[str, bytes]]


def parse_checkpoint(data: bytes) -> Checkpoint:
    match = re.fullmatch(CHECKPOINT, data.decode(errors="replace"))
    if not match:
        raise Unreadable("checkpoint")
    lines = [line.split(" ") for line in match[5].splitlines()]
    signatures = [(name, base64.b64decode(blob)) for _, name, blob in lines]
    root = base64.b64decode(match[4])
    return Checkpoint(match[1].encode(), match[2], int(match[3]), root, signatures)


def signed_by(checkpoint: Checkpoint, key: Key) -> bool | None:
    """Whether all of this key's signatures hold; None where it has none."""
    verdicts = []
    for name, blob in checkpoint.signatures:
        if (name, blob[:4]) == key[:2]:
            signature, message = blob[4:], checkpoint.body
            if key[2] == 4:
                stamp, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                message = b"cosignature/v1\ntime %d\n" % stamp + message
            verdicts.append(ed25519_holds(key[3], message, signature))
    return all(verdicts) if verdicts else None


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def tree_root(hashes: bytes) -> bytes:
    """The root over hashes of equal subtrees that stand one behind the other."""
    level, sha256 = [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)], hashlib.sha256
    while len(level) > 1:
        odd, pairs = level[-1:] if len(level) % 2 else [], range(0, len(level) - 1, 2)
        level = [sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in pairs] + odd
    return level[0] if level else sha256(b"").digest()


def root_by_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """RFC 9162 section 2.1.3.2; None for a path that cannot be of this size."""
    at, last, root = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        left = at & 1 or at == last
        root = hashlib.sha256(b"\x01" + (step + root if left else root + step)).digest()
        while left and not at & 1 and at:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    return root if last == 0 and index < size else None


def read_fact(entry: bytes) -> Any:
    """What an entry says, where it is a fact; None otherwise."""
    try:
        fact = json.loads(entry)
        texts = [fact["type"], fact["institution"], *(link["subject"] for link in fact["subjects"])]
        numbers = [link["sequence"] for link in fact["subjects"] if "previous" in link]
        fits = RECORDED.fullmatch(fact["recorded"]) and isinstance(fact["payload"], dict)
        "".join(texts).encode()  # refuses what is no text, and half a character
        typed = all(type(number) is int for number in numbers)
        return fact if fits and typed and 0 < len(numbers) == len(texts) - 2 else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


class Bundle:
    """A bundle under examination; every check adds to `findings`, `found` and `counts`."""

    def __init__(self, root: Path, key: str | None) -> None:
        self.root, self.sizes = root, dict[str, int]()
        self.findings, self.complete = list[dict[str, Any]](), dict[str, int]()
        self.found, self.faults = Counter[str](), dict[bytes, str]()
        self.waiting = defaultdict[str, deque[tuple[int, str, Any]]](deque)
        self.lines = defaultdict[str, dict[str, tuple[bytes, bytes]]](dict)
        self.known = {"MANIFEST.json", "log/checkpoint"}
        for folder, folders, names in os.walk(root):
            for path in (Path(folder, name) for name in folders + names):
                name = path.relative_to(root).as_posix()
                if path.is_symlink() or not (path.is_file() or path.is_dir()):
                    self.note("files", "link", path=name)
                elif path.is_file():
                    self.sizes[name] = path.stat().st_size
        self.counts = Counter(signature=1, files=len(self.sizes))
        try:
            self.manifest = dict(json.loads(self.read("MANIFEST.json", 1 << 28)))
            version = int(self.manifest["format"])
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Unreadable("manifest") from error
        if version > FORMAT:
            raise Unreadable("format", version)
        self.institution = self.manifest.get("institution")
        self.key = parse_key(key or str(self.manifest.get("vkey")), 1)
        self.head = parse_checkpoint(self.read("log/checkpoint", 1 << 20))
        if self.head.size > WIDTH * len(self.sizes):
            raise Unreadable("short", self.head.size)

    def read(self, path: str, most: int) -> bytes:
        """Empty where it is missing, too big or no plain file."""
        return (self.root / path).read_bytes() if 0 < self.sizes.get(path, 0) <= most else b""

    def note(self, check: str, code: str, position: int | None = None, **about: object) -> None:
        self.found[check] += 1
        if self.found[check] <= KEPT:
            self.findings.append({"check": check, "code": code, "position": position, **about})

    def run(self, witnesses: list[Key], need: int) -> None:
        """All checks. Where the tiles do not give the root, the entries of a whole log may."""
        self.signatures(witnesses, need)
        count, part = divmod(self.head.size, WIDTH)
        widths = enumerate([WIDTH] * count + [part] * (part > 0))
        stored = b"".join(self.tile("0", *one)[1] or bytes(one[1] * HASH) for one in widths)
        good = tree_root(stored) == self.head.root
        leaves, unlike = self.facts(stored, good)
        if not good:
            self.note("tree", "root")
        if not good and self.institution is None and tree_root(leaves) == self.head.root:
            stored, good, unlike = leaves, True, []
        for position, kind, subject in unlike:
            self.note("entries", "altered", position, type=kind, subject=subject)
        self.tiles(stored)
        self.proofs(leaves, stored, good)
        self.other_files()

    def signatures(self, witnesses: list[Key], need: int) -> None:
        head, told = self.head, {**self.manifest, "key": self.key[0]}
        if not signed_by(head, self.key):
            self.note("signature", "not_signed", name=self.key[0])
        found = {"origin": head.origin, "size": head.size, "root": head.root.hex()}
        for what, value in {**found, "key": head.origin}.items():
            if told.get(what) != value:
                self.note("signature", "differs", what=what, told=told.get(what))
        verdicts = {one: signed_by(head, one) for one in witnesses}
        for one in [one for one, verdict in verdicts.items() if verdict is False]:
            self.note("cosignatures", "bad_cosignature", name=one[0])
        good = self.counts["cosignatures"] = len({one[3] for one in witnesses if verdicts[one]})
        if good < need:
            self.note("cosignatures", "too_few", count=good, need=need)

    def tile(self, level: str, index: int, width: int) -> tuple[str, bytes | None]:
        """A C2SP tile and its path; None where it is missing or has not the length it must have."""
        *above, last = [group.zfill(3) for group in f"{index:,}".split(",")]
        path = "/".join(["log/tile", level, *("x" + group for group in above), last])
        path += f".p/{width}" if width < WIDTH else ""
        size = self.sizes.get(path, -1)
        fits = 0 <= size <= WIDTH * 65_537 if level == "entries" else size == width * HASH
        if not fits and path not in self.known:
            self.note("files", "missing" if size < 0 else "size", path=path)
        self.known.add(path)
        return path, (self.root / path).read_bytes() if fits else None

    def tiles(self, level: bytes) -> None:
        number, span = 0, WIDTH * HASH
        while level:
            for at in range(0, len(level), span):
                right = level[at : at + span]
                path, data = self.tile(str(number), at // span, len(right) // HASH)
                self.counts["tree"] += 1
                if data and data != right:
                    wrong = next(x for x in range(len(right)) if data[x] != right[x])
                    first, each = (at + wrong) // HASH * WIDTH**number, WIDTH**number
                    self.note("tree", "tile", first, path=path, last=first + each - 1)
            ends = range(span, len(level) + 1, span)
            number, level = number + 1, b"".join(tree_root(level[x - span : x]) for x in ends)

    def entries(self) -> Iterator[tuple[int, bytes]]:
        """Position and bytes of every entry at hand, be it a whole log or an institution's part."""
        if self.institution is not None:
            self.known.add("entries.bin")
            if "entries.bin" not in self.sizes:
                self.note("files", "missing", path="entries.bin")
            data, everywhere = self.read("entries.bin", 1 << 34), range(self.head.size)
            yield from self.framed("entries.bin", io.BytesIO(data), everywhere, lead=10)
            return
        for first in range(0, self.head.size, WIDTH):
            end = min(first + WIDTH, self.head.size)
            path, tile = self.tile("entries", first // WIDTH, end - first)
            if tile is not None:
                yield from self.framed(path, io.BytesIO(tile), range(first, end), lead=2)

    def framed(self, path: str, file: Any, places: range, lead: int) -> Iterator[tuple[int, bytes]]:
        """Entries behind u16 lengths; in a part (`lead` 10) their u64 positions come first."""
        expected = places.start
        while (start := file.read(lead)) or (lead == 2 and expected < places.stop):
            entry, length = file.read(int.from_bytes(start[-2:], "big")), start[-2:]
            position = int.from_bytes(start[:8], "big") if lead == 10 else expected
            whole = len(start) == lead and len(entry) == int.from_bytes(length, "big")
            if not whole or not expected <= position < places.stop:
                return self.note("entries", "cut", expected, path=path)
            yield position, entry
            expected = position + 1

    def facts(self, stored: bytes, good: bool) -> tuple[bytes, list[tuple[int, str, str]]]:
        """Leaves of the entries at hand, zeros for others, and which are not those of the tiles."""
        leaves, last, unlike = bytearray(len(stored)), "", []
        chains: dict[str, tuple[int, int, str]] = {}
        for position, entry in self.entries():
            self.counts["entries"] += 1
            place = slice(position * HASH, (position + 1) * HASH)
            leaf, right, fact = leaf_hash(entry), stored[place], read_fact(entry)
            leaves[place] = leaf
            if leaf != right and any(right):
                kind, subject = (fact["type"], fact["subjects"][0]["subject"]) if fact else "??"
                unlike.append((position, kind, subject))
                leaf = right if good else leaf  # so that one altered entry is one finding
            if fact is None:
                self.note("entries", "unreadable", position)
                continue
            if fact["recorded"] < last:
                self.note("entries", "time", position)
            last = fact["recorded"]
            self.follow(chains, position, fact, leaf.hex())
            self.compare_heads(position, fact)
            if fact["type"] != HEADS:
                self.waiting[fact["institution"]].append((position, leaf.hex(), fact["subjects"]))
        self.counts["chains"] = len(chains)
        return bytes(leaves), unlike

    def follow(self, chains: dict[str, Any], position: int, fact: Any, leaf: str) -> None:
        """Each subject's next fact names the one before; a part of the log may leave some out."""
        for link in fact["subjects"]:
            subject, sequence = link["subject"], link["sequence"]
            before, count, previous = chains.get(subject, (None, 0, None))
            gap = sequence > count + 1 and self.institution is not None
            if not gap and (sequence, link["previous"]) != (count + 1, previous):
                self.note("chains", "chain", position, subject=subject, before=before)
            chains[subject] = position, sequence, leaf

    def compare_heads(self, position: int, fact: Any) -> None:
        """What a daily fact says of its institution against the facts up to its `through`."""
        told, of = fact["payload"], str(fact["payload"].get("of"))
        if fact["type"] != HEADS or self.institution not in (None, of):
            return
        self.counts["heads"] += 1
        through, waiting, lines = told.get("through"), self.waiting[of], self.lines[of]
        fits = type(through) is int and self.complete.get(of, -1) < through < position
        while fits and waiting and waiting[0][0] <= through:
            self.counts["facts of " + of] += 1
            for link in waiting[0][2]:
                line = f"{link['subject']} {link['sequence']} {waiting[0][1]}".encode()
                lines[link["subject"]] = line, leaf_hash(line)
            waiting.popleft()
        root = tree_root(b"".join(leaf for _, leaf in sorted(lines.values()))).hex()
        right = [self.counts["facts of " + of], len(lines), root]
        if fits and right == [told.get("facts"), told.get("heads"), told.get("root")]:
            self.complete[of] = through
        else:
            self.note("heads", "daily", position, of=of, day=told.get("day"))

    def proofs(self, leaves: bytes, stored: bytes, good: bool) -> None:
        for path in sorted(self.sizes):
            if re.fullmatch(r"proofs/[\w.-]+\.tlog-proof", path):
                self.known.add(path)
                self.counts["proofs"] += 1
                try:
                    fault = self.proof_fault(self.read(path, 1 << 20), leaves, stored, good)
                except ValueError:
                    fault = "proof"
                if fault:
                    self.note("proofs", fault, path=path)

    def proof_fault(self, data: bytes, leaves: bytes, stored: bytes, good: bool) -> str:
        """Why a C2SP tlog-proof does not hold, its checkpoint being held against this log."""
        text, _, note = data.partition(b"\n\n")
        head = parse_checkpoint(note)
        if note not in self.faults:
            fits = head.origin == self.head.origin and signed_by(head, self.key)
            older = tree_root(stored[: head.size * HASH]) if good else b""
            forks = good and head.size <= self.head.size and older != head.root
            self.faults[note] = "fork" if fits and forks else "" if fits else "other_log"
        match = re.fullmatch(PROOF, text.decode())
        if not match or self.faults[note]:
            return self.faults[note] or "proof"
        index, path = int(match[1]), [base64.b64decode(line) for line in match[2].split()]
        place = slice(index * HASH, (index + 1) * HASH)
        leaf = leaves[place] if any(leaves[place]) else stored[place]
        return "" if root_by_path(leaf, index, head.size, path) == head.root else "proof"

    def other_files(self) -> None:
        """Evidence by its name, and what does not belong here."""
        for path in sorted(set(self.sizes) - self.known):
            if re.fullmatch("evidence/[0-9a-f]{64}", path):
                if hashlib.sha256(self.read(path, 1 << 30)).hexdigest() != path[9:]:
                    self.note("files", "evidence", path=path)
            elif not UNREAD.fullmatch(path):
                self.note("files", "foreign", path=path)

    def report(self, own_key: bool) -> dict[str, Any]:
        self.findings.sort(key=lambda item: -1 if item["position"] is None else item["position"])
        wrong = [item["position"] for item in self.findings if item["position"] is not None]
        checks = {x: {"checked": self.counts[x], "wrong": self.found[x]} for x in CHECKS}
        about = {"institution": self.institution, "key_is_from_bundle": own_key, "checks": checks}
        named = {"origin": self.head.origin, "size": self.head.size, "root": self.head.root.hex()}
        first = {"first_wrong_position": wrong[0] if wrong else None, "findings": self.findings}
        return {**named, **about, "complete_through": self.complete, **first}


def say(code: str, lang: str, /, *values: object, **about: object) -> str:
    """A text in the reader's language, with nothing in it that could steer a terminal."""
    text = TEXTS[code][lang == "en"].format(*values, **about)
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def table(report: dict[str, Any], lang: str) -> Iterator[str]:
    part = report["institution"] or ""
    yield say("log", lang, report["origin"], report["size"], report["root"], part)
    for check, numbers in report["checks"].items():
        state = "wrong" if numbers["wrong"] else "good" if numbers["checked"] else "unchecked"
        yield f"  {say(check, lang)}: {say(state, lang)} ({numbers['wrong'] or numbers['checked']})"
        found = [item for item in report["findings"] if item["check"] == check]
        yield from ("    " + say(item["code"], lang, **item) for item in found[:SHOWN])
    for of, through in sorted(report["complete_through"].items()):
        yield "  " + say("complete", lang, of, through)
    if report["first_wrong_position"] is not None:
        yield say("first", lang, report["first_wrong_position"])
    if report["key_is_from_bundle"]:
        yield say("own_key", lang)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--key", metavar="VKEY")
    parser.add_argument("--witness", metavar="VKEY", action="append", default=[])
    parser.add_argument("--need", type=int, metavar="K")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    asked = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        if not asked.folder.is_dir():
            raise Unreadable("folder", asked.folder)
        witnesses = [parse_key(text, 4) for text in asked.witness]
        bundle = Bundle(asked.folder, asked.key)
        bundle.run(witnesses, len(witnesses) if asked.need is None else asked.need)
    except Unreadable as error:
        print(say(error.args[0], asked.lang, *error.args[1:]), file=sys.stderr)
        return 2
    report = bundle.report(not asked.key)
    lines = [json.dumps(report, ensure_ascii=False)] if asked.json else table(report, asked.lang)
    print("\n".join(lines))
    return 1 if bundle.found else 0


if __name__ == "__main__":
    sys.exit(main())
