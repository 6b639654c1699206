"""What makes a bundle, or what is handed in with it, unfit to be looked at: a closed list."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from ledger.texts.text import Text


class Malformed(StrEnum):
    """Why nothing can be said of a bundle."""

    NOT_A_BUNDLE = "not_a_bundle"
    MANIFEST_IS_MALFORMED = "manifest_is_malformed"
    FORMAT_IS_NEWER = "format_is_newer"
    BUNDLE_IS_CUT_SHORT = "bundle_is_cut_short"
    PATH_CLIMBS_OUT = "path_climbs_out"
    FILE_IS_A_LINK = "file_is_a_link"
    FILE_STANDS_TWICE = "file_stands_twice"
    TOO_MANY_FILES = "too_many_files"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    KEY_IS_MALFORMED = "key_is_malformed"
    NEED_DOES_NOT_FIT = "need_does_not_fit"


WORDS: Final[Mapping[Malformed, Text]] = {
    Malformed.NOT_A_BUNDLE: Text(
        "{path} 不是审计包",
        "{path} is no bundle",
        "请给出含 MANIFEST.json 的文件夹或 .zip 文件",
        "name a folder or a .zip file that holds MANIFEST.json",
    ),
    Malformed.MANIFEST_IS_MALFORMED: Text(
        "MANIFEST.json 不可读（{field}）",
        "MANIFEST.json cannot be read ({field})",
        "请重新取得审计包",
        "get the bundle again",
    ),
    Malformed.FORMAT_IS_NEWER: Text(
        "审计包的格式 {format} 比本程序（{known}）新",
        "the bundle's format {format} is newer than this program's ({known})",
        "请升级程序，或用包内的 verify.py 检查",
        "upgrade the program, or check with the verify.py inside the bundle",
    ),
    Malformed.BUNDLE_IS_CUT_SHORT: Text(
        "审计包不完整：{path}",
        "the bundle is cut short: {path}",
        "请重新取得审计包",
        "get the bundle again",
    ),
    Malformed.PATH_CLIMBS_OUT: Text(
        "文件名 {path} 指向包外",
        "the path {path} leads out of the bundle",
        "不要解压或使用此文件；请向提供者查问",
        "do not unpack or use this file; ask whoever gave it to you",
    ),
    Malformed.FILE_IS_A_LINK: Text(
        "{path} 不是普通文件（如符号链接）",
        "{path} is no plain file but a link or the like",
        "不要使用此包；请向提供者查问",
        "do not use this bundle; ask whoever gave it to you",
    ),
    Malformed.FILE_STANDS_TWICE: Text(
        "{path} 在包中出现两次",
        "{path} stands in the bundle twice",
        "不要使用此包；请向提供者查问",
        "do not use this bundle; ask whoever gave it to you",
    ),
    Malformed.TOO_MANY_FILES: Text(
        "包中文件多于 {most} 个",
        "the bundle holds more than {most} files",
        "请向提供者查问",
        "ask whoever gave it to you",
    ),
    Malformed.UNPACKS_TOO_LARGE: Text(
        "{path} 解压后过大",
        "{path} unpacks to more than it may",
        "不要解压此文件；请向提供者查问",
        "do not unpack this file; ask whoever gave it to you",
    ),
    Malformed.KEY_IS_MALFORMED: Text(
        "公钥格式有误：{key}",
        "malformed key: {key}",
        "请整行复制日志或见证人的公钥",
        "copy the whole line of the log's or the witness's key",
    ),
    Malformed.NEED_DOES_NOT_FIT: Text(
        "--need {need} 须在 1 与见证人数 {witnesses} 之间",
        "--need {need} must lie between 1 and the number of witnesses, {witnesses}",
        "请改正 --need，或补上 --witness",
        "correct --need, or name more witnesses",
    ),
}


class BundleFault(Exception):
    """A bundle that is not looked at any further; `values` say which file, format or key."""

    def __init__(self, code: Malformed, **values: Any) -> None:
        self.code, self.values = code, values
        super().__init__(code.value, values)

    def told(self) -> Text:
        """The fault and what to do about it, in words."""
        return Text(*(part.format(**self.values) for part in WORDS[self.code]))
