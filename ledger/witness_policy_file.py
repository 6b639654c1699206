"""A witness policy as people write it (C2SP tlog-policy), and what a line of it can get wrong."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from ledger.notes import COSIGNATURE, ED25519, NoteIsMalformed, VerifierKey
from ledger.texts.text import Text
from ledger.witness_policy import Group, KnownLog, KnownWitness, Policy

NOBODY = "none"
"""The quorum of a policy that asks for no cosignature."""

_BLANKS = re.compile(r"[ \t]+")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,3}")


class PolicyRule(StrEnum):
    """What a line of a policy can get wrong."""

    TEXT_IS_NOT_PLAIN = "text_is_not_plain"
    LINE_IS_UNKNOWN = "line_is_unknown"
    PARTS_DO_NOT_FIT = "parts_do_not_fit"
    KEY_IS_MALFORMED = "key_is_malformed"
    KEY_IS_OF_ANOTHER_KIND = "key_is_of_another_kind"
    KEY_STANDS_TWICE = "key_stands_twice"
    ADDRESS_IS_MALFORMED = "address_is_malformed"
    NAME_STANDS_TWICE = "name_stands_twice"
    NAME_IS_UNKNOWN = "name_is_unknown"
    MEMBER_STANDS_TWICE = "member_stands_twice"
    THRESHOLD_DOES_NOT_FIT = "threshold_does_not_fit"
    QUORUM_STANDS_TWICE = "quorum_stands_twice"
    QUORUM_IS_MISSING = "quorum_is_missing"


POLICY_WORDS: Mapping[PolicyRule, Text] = {
    PolicyRule.TEXT_IS_NOT_PLAIN: Text(
        "文件须为 UTF-8 文本，除换行与制表符外不得含控制字符",
        "the file must be UTF-8 text without control characters but line feed and tab",
        "请另存为 UTF-8，换行用 LF",
        "save it as UTF-8 with LF at the end of lines",
    ),
    PolicyRule.LINE_IS_UNKNOWN: Text(
        "不认识以“{value}”开头的行",
        "a line that begins with {value} is not known",
        "每行以 log、witness、group、quorum 或 # 开头",
        "begin each line with log, witness, group, quorum or #",
    ),
    PolicyRule.PARTS_DO_NOT_FIT: Text(
        "“{value}”行的项数不对",
        "a {value} line has other parts",
        "写法：log 公钥 [网址]；witness 名称 公钥 [网址]；group 名称 all|any|数 成员…；quorum 名称",
        "write: log KEY [URL]; witness NAME KEY [URL]; group NAME all|any|K MEMBER...; quorum NAME",
    ),
    PolicyRule.KEY_IS_MALFORMED: Text(
        "公钥“{value}”不完整或编号不符",
        "the key {value} is cut short or its id is another key's",
        "请从见证人或日志方重新取得公钥，整行复制",
        "ask the witness or the log for its key again and copy it whole",
    ),
    PolicyRule.KEY_IS_OF_ANOTHER_KIND: Text(
        "公钥“{value}”的种类与该行不符",
        "the key {value} is not of the kind that this line takes",
        "log 行用日志公钥，witness 行用见证人的联署公钥",
        "a log line takes a log's key, a witness line a witness's cosigning key",
    ),
    PolicyRule.KEY_STANDS_TWICE: Text(
        "公钥“{value}”出现了两次",
        "the key {value} stands there twice",
        "同一公钥只写一行",
        "give each key one line",
    ),
    PolicyRule.ADDRESS_IS_MALFORMED: Text(
        "网址“{value}”不可用",
        "the address {value} cannot be used",
        "请写 http:// 或 https:// 开头、只含 ASCII 字符的网址",
        "write one of ASCII characters that begins with http:// or https://",
    ),
    PolicyRule.NAME_STANDS_TWICE: Text(
        "名称“{value}”已被占用",
        "the name {value} is taken",
        "见证人与组不得重名，也不得叫 none",
        "give witnesses and groups names of their own, none of them called none",
    ),
    PolicyRule.NAME_IS_UNKNOWN: Text(
        "“{value}”未在前面的行中定义",
        "{value} is not defined on a line before",
        "请先写见证人和组，再引用其名称",
        "define witnesses and groups before the lines that name them",
    ),
    PolicyRule.MEMBER_STANDS_TWICE: Text(
        "“{value}”已是某组的成员",
        "{value} is a member of a group already",
        "每个名称只能列入一个组一次",
        "list each name in one group, once",
    ),
    PolicyRule.THRESHOLD_DOES_NOT_FIT: Text(
        "门槛“{value}”不可用",
        "the threshold {value} cannot be used",
        "请写 all、any，或 1 至成员数之间的整数",
        "write all, any, or a number from 1 to that of the members",
    ),
    PolicyRule.QUORUM_STANDS_TWICE: Text(
        "quorum 行多于一行",
        "there is more than one quorum line",
        "只保留一行",
        "keep one of them",
    ),
    PolicyRule.QUORUM_IS_MISSING: Text(
        "缺少 quorum 行",
        "there is no quorum line",
        "请在末尾加上 quorum 名称；不要求联署时写 quorum none",
        "add quorum NAME at the end, or quorum none to ask for no cosignature",
    ),
}


class PolicyIsMalformed(ValueError):
    """A policy that cannot be used: the line (from 1), the rule it breaks, and the value."""

    def __init__(self, line: int, rule: PolicyRule, value: str = "") -> None:
        self.line, self.rule, self.value = line, rule, value[:120]
        super().__init__(f"line {line}: {self.told().en}")

    def told(self) -> Text:
        """The rule and its mending with the value filled in."""
        return Text(*(part.format(value=self.value) for part in POLICY_WORDS[self.rule]))


def parse_policy(data: bytes) -> Policy:
    """Read a policy file. Raises PolicyIsMalformed."""
    reading = _Reading()
    lines = data.split(b"\n")
    for number, raw in enumerate(lines, 1):
        try:
            reading.take(_plain(raw))
        except _Broken as broken:
            raise PolicyIsMalformed(number, broken.rule, broken.value) from None
    if not reading.has_quorum:
        raise PolicyIsMalformed(len(lines), PolicyRule.QUORUM_IS_MISSING)
    witnesses = [each for each in reading.named.values() if isinstance(each, KnownWitness)]
    return Policy(tuple(reading.logs), tuple(witnesses), reading.quorum)


class _Broken(Exception):
    def __init__(self, rule: PolicyRule, value: str = "") -> None:
        self.rule, self.value = rule, value


def _plain(raw: bytes) -> str:
    try:
        line = raw.decode()
    except UnicodeDecodeError:
        raise _Broken(PolicyRule.TEXT_IS_NOT_PLAIN) from None
    if any((char < " " and char != "\t") or char == "\x7f" for char in line):
        raise _Broken(PolicyRule.TEXT_IS_NOT_PLAIN)
    return line.strip(" \t")


@dataclass(slots=True)
class _Reading:
    """What the lines so far have defined."""

    logs: list[KnownLog] = field(default_factory=list)
    named: dict[str, KnownWitness | Group] = field(default_factory=dict)
    quorum: KnownWitness | Group | None = None
    has_quorum: bool = False
    _keys: set[tuple[int, bytes]] = field(default_factory=set)
    _members: set[str] = field(default_factory=set)

    def take(self, line: str) -> None:
        if not line or line.startswith("#"):
            return
        kind, *parts = _BLANKS.split(line)
        takers: Mapping[str, tuple[Callable[..., None], int, int]] = {
            "log": (self._log, 1, 2),
            "witness": (self._witness, 2, 3),
            "group": (self._group, 3, 1_000),
            "quorum": (self._quorum, 1, 1),
        }
        if kind not in takers:
            raise _Broken(PolicyRule.LINE_IS_UNKNOWN, kind)
        taker, fewest, most = takers[kind]
        if not fewest <= len(parts) <= most:
            raise _Broken(PolicyRule.PARTS_DO_NOT_FIT, kind)
        taker(*parts)

    def _log(self, vkey: str, address: str | None = None) -> None:
        self.logs.append(KnownLog(self._key(vkey, ED25519), _address(address)))

    def _witness(self, name: str, vkey: str, address: str | None = None) -> None:
        self._name(name, KnownWitness(name, self._key(vkey, COSIGNATURE), _address(address)))

    def _group(self, name: str, threshold: str, *members: str) -> None:
        found = tuple(self._known(member) for member in members)
        for member in members:
            if member in self._members:
                raise _Broken(PolicyRule.MEMBER_STANDS_TWICE, member)
            self._members.add(member)
        self._name(name, Group(name, _needed(threshold, len(members)), found))

    def _quorum(self, name: str) -> None:
        if self.has_quorum:
            raise _Broken(PolicyRule.QUORUM_STANDS_TWICE)
        self.quorum = None if name == NOBODY else self._known(name)
        self.has_quorum = True

    def _name(self, name: str, what: KnownWitness | Group) -> None:
        if name == NOBODY or name in self.named:
            raise _Broken(PolicyRule.NAME_STANDS_TWICE, name)
        self.named[name] = what

    def _known(self, name: str) -> KnownWitness | Group:
        if name not in self.named:
            raise _Broken(PolicyRule.NAME_IS_UNKNOWN, name)
        return self.named[name]

    def _key(self, vkey: str, kind: int) -> VerifierKey:
        try:
            key = VerifierKey.parse(vkey)
        except NoteIsMalformed:
            raise _Broken(PolicyRule.KEY_IS_MALFORMED, vkey) from None
        if key.kind != kind:
            raise _Broken(PolicyRule.KEY_IS_OF_ANOTHER_KIND, vkey)
        if (kind, key.public) in self._keys:
            raise _Broken(PolicyRule.KEY_STANDS_TWICE, vkey)
        self._keys.add((kind, key.public))
        return key


def _needed(threshold: str, members: int) -> int:
    if threshold in ("all", "any"):
        return members if threshold == "all" else 1
    if not _THRESHOLD.fullmatch(threshold) or int(threshold) > members:
        raise _Broken(PolicyRule.THRESHOLD_DOES_NOT_FIT, threshold)
    return int(threshold)


def _address(given: str | None) -> str | None:
    if given is None:
        return None
    try:
        parts = urlsplit(given)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not given.isascii():
        raise _Broken(PolicyRule.ADDRESS_IS_MALFORMED, given)
    return given.rstrip("/")
