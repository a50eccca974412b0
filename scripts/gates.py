"""The size gates of docs/architecture.md: a signal to think, not to hide lines. Exit 1 names each breach."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MODULE, TEST_MODULE, FUNCTION, ROUTE = 300, 400, 40, 20


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node


def _is_route(node: ast.FunctionDef) -> bool:
    calls = [d.func for d in node.decorator_list if isinstance(d, ast.Call)]
    return any(isinstance(f, ast.Attribute) and f.attr in ("get", "post", "route") for f in calls)


def breaches(path: Path) -> Iterator[str]:
    """What in this file is over its gate."""
    text = path.read_text(encoding="utf-8")
    in_tests = path.parts[0] == "tests"
    lines, most = text.count("\n"), TEST_MODULE if in_tests else MODULE
    if lines > most:
        yield f"{path}: {lines} lines, over {most}"
    for node in _functions(ast.parse(text)):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        limit = ROUTE if _is_route(node) and not in_tests else FUNCTION
        if length > limit and not (in_tests and length <= FUNCTION * 2):
            yield f"{path}:{node.lineno}: {node.name} has {length} lines, over {limit}"


def main() -> int:
    """Check every Python file that git knows, migrations left out: they are never edited."""
    listed = subprocess.run(["git", "ls-files", "*.py"], capture_output=True, text=True, check=True)
    paths = [Path(name) for name in listed.stdout.split() if not name.startswith("migrations/")]
    found = [breach for path in paths if path.exists() for breach in breaches(path)]
    print(*found, sep="\n") if found else print(f"{len(paths)} files within their size gates")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
