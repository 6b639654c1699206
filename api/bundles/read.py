"""A bundle as it comes from somebody else: a folder or a zip, opened with suspicion."""

import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from api.bundles.faults import BundleFault, Malformed
from api.bundles.manifest import NAME, Manifest, parse_manifest

CHECKPOINT: Final = "log/checkpoint"
ENTRIES: Final = "entries.bin"
"""An institution's entries: position (8 bytes, big-endian), length (2 bytes), bytes, and so on."""
VERIFIER: Final = "verify.py"

FILES_MAX: Final = 1_000_000
BYTES_MAX: Final = 64 * 1024**3
_RATIO_MAX: Final = 200
"""JSON packs well, yet no honest file of a bundle packs so well."""
_SMALL: Final = 1024**2
_MANIFEST_MAX: Final = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class Bundle:
    """An opened bundle: its folder, its manifest, and the size of every file by path."""

    folder: Path
    manifest: Manifest
    files: dict[str, int]

    def data(self, path: str) -> bytes:
        """A file's bytes. Raises BundleFault(BUNDLE_IS_CUT_SHORT) where there is none."""
        if path not in self.files:
            raise BundleFault(Malformed.BUNDLE_IS_CUT_SHORT, path=path)
        return (self.folder / path).read_bytes()


@contextmanager
def open_bundle(path: Path, bytes_max: int = BYTES_MAX) -> Iterator[Bundle]:
    """Open a bundle; a zip is unpacked for as long as it is used. Raises BundleFault."""
    if path.is_dir():
        yield _opened(path)
    elif path.is_file() and zipfile.is_zipfile(path):
        unpacked = Path(tempfile.mkdtemp(prefix="zhiheng-bundle-"))
        try:
            _unpack(path, unpacked, bytes_max)
            yield _opened(unpacked)
        finally:
            shutil.rmtree(unpacked)
    else:
        raise BundleFault(
            Malformed.BUNDLE_IS_CUT_SHORT if _begins_as_zip(path) else Malformed.NOT_A_BUNDLE,
            path=str(path),
        )


def _begins_as_zip(path: Path) -> bool:
    """Whether this was a zip once: its directory stands at the end, which a cut takes away."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _opened(folder: Path) -> Bundle:
    files = plain_files(folder)
    if NAME not in files:
        raise BundleFault(Malformed.NOT_A_BUNDLE, path=str(folder))
    if files[NAME] > _MANIFEST_MAX:
        raise BundleFault(Malformed.UNPACKS_TOO_LARGE, path=NAME)
    return Bundle(folder, parse_manifest((folder / NAME).read_bytes()), files)


def plain_files(folder: Path) -> dict[str, int]:
    """Every file below a folder with its size. Raises BundleFault for links and the like."""
    found: dict[str, int] = {}
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        with os.scandir(folder / inside) as items:
            listed = list(items)
        for item in listed:
            path = inside + item.name
            if item.is_dir(follow_symlinks=False):
                waiting.append(f"{path}/")
            elif item.is_file(follow_symlinks=False):
                found[path] = item.stat(follow_symlinks=False).st_size
            else:
                raise BundleFault(Malformed.FILE_IS_A_LINK, path=path)
            if len(found) > FILES_MAX:
                raise BundleFault(Malformed.TOO_MANY_FILES, most=FILES_MAX)
    return found


def _unpack(path: Path, folder: Path, bytes_max: int) -> None:
    """Unpack what is fit to be unpacked; sizes that a zip tells are not believed."""
    try:
        with zipfile.ZipFile(path) as packed:
            members = _fit(packed.infolist(), bytes_max)
            left = bytes_max
            for member in members:
                left -= _unpack_one(packed, member, folder, left)
    except (zipfile.BadZipFile, EOFError) as error:
        raise BundleFault(Malformed.BUNDLE_IS_CUT_SHORT, path=str(path)) from error


def _fit(members: list[zipfile.ZipInfo], bytes_max: int) -> list[zipfile.ZipInfo]:
    seen: set[str] = set()
    if len(members) > FILES_MAX:
        raise BundleFault(Malformed.TOO_MANY_FILES, most=FILES_MAX)
    for member in members:
        parts = PurePosixPath(member.filename).parts
        if (
            "\\" in member.filename
            or ":" in member.filename
            or ".." in parts
            or parts[:1] == ("/",)
        ):
            raise BundleFault(Malformed.PATH_CLIMBS_OUT, path=member.filename)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise BundleFault(Malformed.FILE_IS_A_LINK, path=member.filename)
        name = str(PurePosixPath(member.filename)).casefold()
        if name in seen:
            raise BundleFault(Malformed.FILE_STANDS_TWICE, path=member.filename)
        seen.add(name)
        if member.file_size > max(_SMALL, _RATIO_MAX * member.compress_size):
            raise BundleFault(Malformed.UNPACKS_TOO_LARGE, path=member.filename)
    if sum(member.file_size for member in members) > bytes_max:
        raise BundleFault(Malformed.UNPACKS_TOO_LARGE, path=members[0].filename)
    return [member for member in members if not member.is_dir()]


def _unpack_one(packed: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, most: int) -> int:
    """Unpack one file; answers its size."""
    target = folder / member.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with packed.open(member) as source, target.open("xb") as file:
        while block := source.read(_SMALL):
            size += len(block)
            if size > min(member.file_size, most):
                raise BundleFault(Malformed.UNPACKS_TOO_LARGE, path=member.filename)
            file.write(block)
    return size
