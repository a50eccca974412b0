"""The faces of official documents: where they are, whether they are all there, and what they cover.

An office's own licensed faces (RISKCTL_FONT_DIR) come first, then the free Fandol faces that
scripts/setup unpacks, and Noto CJK for every glyph that those lack (domain, fact 7).
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont


@dataclass(frozen=True)
class Face:
    """A role on the page, with the family names of licensed faces that fill it, and the free stand-in."""

    role: str
    families: tuple[str, ...]
    fandol: str


FACES = (
    Face(
        "fangsong",
        ("仿宋_GB2312", "FangSong_GB2312", "方正仿宋_GBK", "FangSong", "仿宋"),
        "FandolFang-Regular.otf",
    ),
    Face("kaiti", ("楷体_GB2312", "KaiTi_GB2312", "方正楷体_GBK", "KaiTi", "楷体"), "FandolKai-Regular.otf"),
    Face("heiti", ("方正黑体_GBK", "SimHei", "黑体"), "FandolHei-Regular.otf"),
    Face("songti", ("SimSun", "宋体"), "FandolSong-Regular.otf"),
    Face("biaosong", ("方正小标宋_GBK", "FZXiaoBiaoSong-B05", "方正小标宋简体"), "FandolSong-Bold.otf"),
)
_FALLBACK_DIRS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk")
_FALLBACKS = ("NotoSerifCJK-Regular.ttc", "NotoSansCJK-Regular.ttc")


def _checkout() -> Path:
    return Path(__file__).resolve().parents[2]


def _fandol_dirs() -> list[Path]:
    named = os.environ.get("RISKCTL_FANDOL_DIR")
    first = [Path(named)] if named else []
    return [
        *first,
        _checkout() / ".fonts" / "fandol",
        Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
    ]


@lru_cache(maxsize=4)
def _licensed(directory: str) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in sorted(Path(directory).glob("**/*")):
        if path.suffix.lower() in (".ttf", ".otf"):
            with TTFont(path, lazy=True) as font:
                for name in font["name"].names:
                    if name.nameID in (1, 4, 6):
                        found.setdefault(name.toUnicode(), path)
    return found


def path_of(face: Face) -> Path | None:
    """The file that fills the role: licensed, else Fandol; None when there is neither."""
    directory = os.environ.get("RISKCTL_FONT_DIR", "")
    licensed = _licensed(directory) if directory else {}
    for family in face.families:
        if family in licensed:
            return licensed[family]
    return next((d / face.fandol for d in _fandol_dirs() if (d / face.fandol).exists()), None)


def fallback_paths() -> list[Path]:
    """The Noto CJK files that hold the rare characters."""
    paths = (Path(d) / name for name in _FALLBACKS for d in _FALLBACK_DIRS)
    return [path for path in paths if path.exists()]


def check() -> list[str]:
    """What is missing, each with its cure; empty when everything is there."""
    missing = [face.fandol for face in FACES if path_of(face) is None]
    found = [f"缺少文书字体 {name}：请运行 ./scripts/setup，或设置 RISKCTL_FONT_DIR" for name in missing]
    if not fallback_paths():
        found.append("缺少生僻字后备字体 Noto CJK：请安装 fonts-noto-cjk")
    return found


@lru_cache(maxsize=16)
def _covered(path: Path) -> frozenset[int]:
    with TTFont(path, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=16)
def _advances(path: Path) -> dict[int, float]:
    with TTFont(path, fontNumber=0, lazy=True) as font:
        widths, em = font["hmtx"].metrics, font["head"].unitsPerEm
        return {code: widths[glyph][0] / em for code, glyph in font.getBestCmap().items()}


@lru_cache(maxsize=64_000)
def advance(role: str, character: str) -> float:
    """How wide a character is in the face of a role, in em; from the fallback where that face lacks it."""
    own = path_of(next(face for face in FACES if face.role == role))
    for path in ([own] if own else []) + fallback_paths():
        if (width := _advances(path).get(ord(character))) is not None:
            return width
    return 1.0


def uncovered(text: str) -> list[str]:
    """The characters that no available face has; they would print as empty boxes."""
    faces = [path for face in FACES if (path := path_of(face))] + fallback_paths()
    wanted = {ord(character) for character in text if not character.isspace()}
    for path in faces:
        wanted -= _covered(path)
    return sorted(chr(code) for code in wanted)
