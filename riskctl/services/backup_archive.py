"""A backup as one file: a gzipped tar with the database, the attachments, and a manifest of their checksums.

The manifest carries a MAC under the audit key: who restores with other keys would get data that he can
neither read nor verify, and is told so before anything changes.
"""

import hashlib
import json
import re
import tarfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from riskctl import crypto
from riskctl.errors import InvalidInput
from riskctl.models.base import canonical

FORMAT = "riskctl-backup-1"
_MANIFEST = "manifest.json"
_NAME = re.compile(r"database|attachments/[0-9a-f]{2}/[0-9a-f]{64}")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: the kind of database, its migration, when it was made, digests by name."""

    kind: str
    revision: str
    made_at: str
    files: Mapping[str, str]


def digest_of(path: Path) -> str:
    """SHA-256 of the file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(
    out: Path, entries: Iterable[tuple[str, Path]], *, kind: str, revision: str, made_at: str
) -> dict[str, str]:
    """Write the archive, whole or not at all, readable by its owner only; the digest of each file in it."""
    part = out.with_name(f".{out.name}.part")
    part.touch(mode=0o600)
    files: dict[str, str] = {}
    try:
        with tarfile.open(part, "w:gz", compresslevel=3) as archive:
            for name, path in entries:
                files[name] = digest_of(path)
                archive.add(path, name, recursive=False)
            _add_manifest(archive, Manifest(kind, revision, made_at, files), part.with_suffix(".manifest"))
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return files


def _add_manifest(archive: tarfile.TarFile, manifest: Manifest, scratch: Path) -> None:
    content = {"format": FORMAT, **vars(manifest)}
    try:
        scratch.write_text(
            json.dumps({**content, "mac": crypto.mac(canonical(content))}, ensure_ascii=False, indent=1),
            encoding="utf-8",
        )
        archive.add(scratch, _MANIFEST)
    finally:
        scratch.unlink(missing_ok=True)


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack into the folder and check every byte; raises InvalidInput when anything is not as it was."""
    found: dict[str, str] = {}
    text = b""
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                stream = archive.extractfile(member)
                if stream is None or not (_NAME.fullmatch(member.name) or member.name == _MANIFEST):
                    raise _damaged(f"含有不属于备份的内容 {member.name[:60]!r}")
                if member.name == _MANIFEST:
                    text = stream.read()
                else:
                    found[member.name] = _keep(stream, folder / member.name)
            while archive.fileobj and archive.fileobj.read(_CHUNK):
                pass  # to the end, where gzip's own checksum stands
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise _damaged("无法完整读出") from error
    return _checked(_manifest(text), found)


def _damaged(how: str) -> InvalidInput:
    return InvalidInput(
        f"备份文件已损坏或不是本系统的备份（{how}），未做任何改动：请换用另一份备份", code="damaged"
    )


def _keep(stream: IO[bytes], path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with path.open("wb") as file:
        path.chmod(0o600)
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _manifest(text: bytes) -> Manifest:
    try:
        content: Any = json.loads(text)
        mac = content.pop("mac")
        if content.pop("format") != FORMAT:
            raise _damaged("格式不同")
        manifest = Manifest(**content)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged("缺少清单") from error
    if not crypto.mac_is_true(canonical({"format": FORMAT, **vars(manifest)}), mac):
        raise InvalidInput(
            "备份清单与现在的 RISKCTL_AUDIT_KEY 不符，未做任何改动：请设回制作备份时的各项密钥；密钥无误则备份已被改动",
            code="other_key",
        )
    return manifest


def _checked(manifest: Manifest, found: Mapping[str, str]) -> Manifest:
    wrong = sorted(name for name in {*manifest.files, *found} if manifest.files.get(name) != found.get(name))
    if wrong or "database" not in found:
        raise _damaged(f"校验不符：{'、'.join(wrong[:3]) or '没有数据库'}")
    return manifest
