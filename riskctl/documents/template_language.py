"""What the template of a document may say: a small part of Jinja, read before it is ever run.

A template sees plain data and nothing else: no file but the pages that come with the program, no address, no
call but those listed here. What it may say is so little that its output is bounded by its data: it can neither
run for ever nor fill the memory.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from riskctl.documents.template_faults import Fault, addresses, in_words
from riskctl.documents.wording import FILTERS as OFFICE_FILTERS

MOST_SOURCE = 40_000
_MOST_LOOPS, _MOST_PIECES, _MOST_SEPARATOR, _MOST_NUMBER = 3, 20, 20, 300
_SAME = ("default", "list", "sort", "selectattr", "rejectattr", "reverse", "unique")
_OTHERS = ("first", "last", "join", "length", "count", "map", "trim", "int", "string", "e")
FILTERS = (*OFFICE_FILTERS, *_SAME, *_OTHERS)
METHODS = ("splitlines", "strip", "startswith", "endswith", "get")
# The pages that a form may build on, and where their parts are.
PARENTS, PARTS = re.compile(r"(forms/)?[a-z_]+\.html"), ("forms/parts.html",)


_PLAIN = (nodes.Sub, nodes.Neg, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr)


class _Unknown:
    """A value that the sample does not show."""


ANY: Any = _Unknown()
Scope = dict[str, Any]


def read(
    source: str, sample: Mapping[str, Any], environment: SandboxedEnvironment, *, form: bool
) -> list[Fault]:
    """Every fault that shows without running the template, in the order of the lines.

    `sample` holds an example of all data; `form` says that it is the page of a form."""
    if len(source) > MOST_SOURCE:
        return [Fault(1, f"模板不能超过{MOST_SOURCE}字，现有{len(source)}字")]
    found = list(addresses(source, form=form))
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        return [*found, Fault(error.lineno, in_words(error.message or ""))]
    reader = _Reader(sample, form=form)
    reader.statements(tree.body, dict(sample))
    return sorted({*found, *reader.faults}, key=lambda fault: fault.line)


class _Reader:
    """Walks the statements with what each name stands for in the sample."""

    def __init__(self, sample: Mapping[str, Any], *, form: bool) -> None:
        self.names = sorted(sample)
        self.form = form
        self.faults: list[Fault] = []
        self.loops: list[set[str]] = []
        self.crossed: list[bool] = []  # of each loop: whether it goes over other data than its outer item
        self.made: set[str] = set()  # by set
        self.parts: set[str] = set()  # macros that were imported

    def fault(self, node: nodes.Node, reason: str) -> Any:
        self.faults.append(Fault(node.lineno, reason))
        return ANY

    # --- statements ---------------------------------------------------------------------------------

    def statements(self, body: list[nodes.Node], scope: Scope) -> None:
        known = self.of_forms if self.form else self.of_letters
        for node in body:
            read_it: Callable[..., None] = known.get(type(node), _Reader._refused)
            read_it(self, node, scope)

    def _refused(self, node: nodes.Node, scope: Scope) -> None:
        word = type(node).__name__.lower()
        self.fault(node, f"不能使用 {word} 语句：模板不读取其他文件，只用本文书的数据")

    def _output(self, node: nodes.Output, scope: Scope) -> None:
        for part in node.nodes:
            if not isinstance(part, nodes.TemplateData):
                self.value(part, scope)
            elif not self.form and (brace := re.search(r"[{}]", part.data)):
                line = part.lineno + part.data.count("\n", 0, brace.start())
                self.faults.append(Fault(line, f"多了一个“{brace.group()}”：取数据写作 {{{{ 名称 }}}}"))

    def _if(self, node: nodes.If, scope: Scope) -> None:
        self.value(node.test, scope)
        self.statements(node.body, scope)
        self.statements(list(node.elif_), scope)
        self.statements(node.else_, scope)

    def _set(self, node: nodes.Assign, scope: Scope) -> None:
        value = self.value(node.node, scope)
        if next(node.find_all(nodes.Call), None) is not None:
            self._not_made(node)
        if not isinstance(node.target, nodes.Name):
            self.fault(node, "set 一次只能设一个名称")
            return
        name = node.target.name
        if any(name in targets for targets in self.loops):
            self.fault(node, f"“{name}”是循环用的名称，不能另设")
        self.made.add(name)
        scope[name] = value

    def _for(self, node: nodes.For, scope: Scope) -> None:
        targets = [node.target.name] if isinstance(node.target, nodes.Name) else _names(node.target)
        value = self.value(node.iter, scope)
        inner = {**scope, **_items(targets, value), "loop": ANY}
        self._bounded(node)
        self.loops.append(set(targets))
        self.crossed.append(self._crosses(node.iter, len(self.loops) - 1))
        if node.test is not None:
            self.value(node.test, inner)
        self.statements(node.body, inner)
        self.loops.pop()
        self.crossed.pop()
        self.statements(node.else_, scope)

    def _bounded(self, node: nodes.For) -> None:
        """A loop inside another one goes over what its item holds; one in a nest may go over other data. All
        turns together are then bounded by the square of the data."""
        if node.recursive or len(self.loops) == _MOST_LOOPS:
            self.fault(node, f"循环最多{_MOST_LOOPS}层")
        elif self._crosses(node.iter, len(self.loops)) and any(self.crossed):
            self.fault(node, f"这里只能循环“{'、'.join(sorted(self.loops[-1]))}”的下级数据")

    def _crosses(self, over: nodes.Node, depth: int) -> bool:
        root = _root(over)
        if depth == 0 or isinstance(root, (nodes.List, nodes.Tuple)):
            return False
        return getattr(root, "name", None) not in self.loops[depth - 1]

    def _extends(self, node: nodes.Extends, scope: Scope) -> None:
        if not (isinstance(node.template, nodes.Const) and PARENTS.fullmatch(str(node.template.value))):
            self.fault(node, "只能以系统自带的 form.html、ledger.html 和 forms/ 之下的页面为底版")

    def _import(self, node: nodes.FromImport, scope: Scope) -> None:
        if not (isinstance(node.template, nodes.Const) and node.template.value in PARTS):
            self.fault(node, f"只能取用 {'、'.join(PARTS)} 中的部件")
        self.parts |= {name if isinstance(name, str) else name[1] for name in node.names}

    def _block(self, node: nodes.Block, scope: Scope) -> None:
        self.statements(node.body, dict(scope))

    # --- expressions: what they stand for in the sample -----------------------------------------------

    def value(self, node: nodes.Node, scope: Scope) -> Any:
        read_it: Callable[..., Any] = self.of_values.get(type(node), _Reader._strange)
        return read_it(self, node, scope)

    def _strange(self, node: nodes.Node, scope: Scope) -> Any:
        return self.fault(node, "不能使用这种算式；只能取数据、比较、连接文字和加减")

    def _parts(self, node: nodes.Node, scope: Scope) -> Any:
        for part in node.iter_child_nodes():
            self.value(part, scope)
        return ANY

    def _longer(self, node: nodes.Node, scope: Scope) -> Any:
        """Whatever makes a text longer than its parts takes few of them, and none that was made so."""
        self._not_made(node)
        if len(_names(node)) > _MOST_PIECES:
            self.fault(node, f"一处最多连接{_MOST_PIECES}项")
        return self._parts(node, scope)

    def _not_made(self, node: nodes.Node) -> None:
        if made := sorted(self.made.intersection(_names(node))):
            self.fault(node, f"“{made[0]}”是用 set 设的，不能再用来连接")

    def _list(self, node: nodes.List | nodes.Tuple, scope: Scope) -> Any:
        self._longer(node, scope)
        return [part.value if isinstance(part, nodes.Const) else ANY for part in node.items]

    def _const(self, node: nodes.Const, scope: Scope) -> Any:
        return node.value

    def _name(self, node: nodes.Name, scope: Scope) -> Any:
        if node.name in scope:
            return scope[node.name]
        return self.fault(node, f"没有“{node.name}”这项数据，可用的有：{'、'.join(self.names)}")

    def _attribute(self, node: nodes.Getattr, scope: Scope) -> Any:
        return self._within(node, self.value(node.node, scope), node.attr)

    def _item(self, node: nodes.Getitem, scope: Scope) -> Any:
        base = self.value(node.node, scope)
        if not isinstance(node.arg, nodes.Const):
            self.value(node.arg, scope)
            return ANY
        return self._within(node, base, node.arg.value) if isinstance(node.arg.value, str) else _first(base)

    def _within(self, node: nodes.Node, base: Any, name: str) -> Any:
        if name.startswith("_"):
            return self.fault(node, f"没有“{name}”这项数据")
        if isinstance(base, _Unknown):
            return ANY
        if not isinstance(base, Mapping):
            return self.fault(node, f"这项数据之下没有“{name}”")
        if name not in base:
            return self.fault(node, f"没有“{name}”这项数据，可用的有：{'、'.join(sorted(base))}")
        return base[name]

    def _test(self, node: nodes.Test, scope: Scope) -> Any:
        if node.name not in ("defined", "undefined"):
            self.value(node.node, scope)
        for part in node.args:
            self.value(part, scope)
        return ANY

    def _filter(self, node: nodes.Filter, scope: Scope) -> Any:
        if node.name not in FILTERS:
            return self.fault(node, f"没有“{node.name}”这种处理，可用的有：{'、'.join(FILTERS)}")
        base = ANY if node.name == "default" or node.node is None else self.value(node.node, scope)
        for part in (*node.args, *node.kwargs):
            self.value(part.value if isinstance(part, nodes.Keyword) else part, scope)
        if rule := self.of_filters.get(node.name):
            rule(self, node)
        if node.name in _SAME:
            return base
        return _first(base) if node.name in ("first", "last") else ANY

    def _joined(self, node: nodes.Filter) -> None:
        self._not_made(node)
        short = all(isinstance(a, nodes.Const) and len(str(a.value)) <= _MOST_SEPARATOR for a in node.args)
        if not short or node.kwargs or sum(part.name == "join" for part in node.find_all(nodes.Filter)) > 0:
            self.fault(node, f"join 只能用一次，分隔符不超过{_MOST_SEPARATOR}字")

    def _mapped(self, node: nodes.Filter) -> None:
        if node.args or [part.key for part in node.kwargs] != ["attribute"]:
            self.fault(node, "map 只能写成 map(attribute='名称')")

    def _call(self, node: nodes.Call, scope: Scope) -> Any:
        target, named = node.node, getattr(node.node, "name", "")
        arguments = [*node.args, *(part.value for part in node.kwargs)]
        values = [self.value(part, scope) for part in arguments]
        if any(isinstance(value, int) and value > _MOST_NUMBER for value in values):
            return self.fault(node, f"数字不能超过{_MOST_NUMBER}")
        if isinstance(target, nodes.Getattr) and target.attr in METHODS:
            return self.value(target.node, scope) and ANY
        plain = all(isinstance(part, nodes.Const) for part in arguments)
        if self.form and (named in self.parts or (named == "range" and plain)):
            return ANY
        return self.fault(node, f"不能调用；文字之后可用的有：{'、'.join(f'{name}()' for name in METHODS)}")

    # How each kind of node is read; a kind that is not here is refused.
    of_letters: ClassVar[Mapping[type, Callable[..., None]]] = {
        nodes.Output: _output, nodes.If: _if, nodes.For: _for, nodes.Assign: _set,
    }  # fmt: skip
    of_forms: ClassVar[Mapping[type, Callable[..., None]]] = {
        **of_letters, nodes.Extends: _extends, nodes.FromImport: _import, nodes.Block: _block,
    }  # fmt: skip
    of_values: ClassVar[Mapping[type, Callable[..., Any]]] = {
        nodes.Const: _const, nodes.Name: _name, nodes.Getattr: _attribute, nodes.Getitem: _item,
        nodes.Test: _test, nodes.Filter: _filter, nodes.Call: _call, nodes.Concat: _longer, nodes.Add: _longer,
        nodes.List: _list, nodes.Tuple: _list, nodes.Dict: _longer, nodes.Pair: _parts, **dict.fromkeys(_PLAIN, _parts),
    }  # fmt: skip
    of_filters: ClassVar[Mapping[str, Callable[..., None]]] = {"join": _joined, "map": _mapped}


def _names(node: nodes.Node) -> list[str]:
    found = [part.name for part in node.find_all(nodes.Name)]
    return [node.name, *found] if isinstance(node, nodes.Name) else found


def _items(targets: list[str], value: Any) -> Scope:
    first = _first(value)
    if len(targets) == 1:
        return {targets[0]: first}
    parts = first if isinstance(first, (list, tuple)) and len(first) == len(targets) else [ANY] * len(targets)
    return dict(zip(targets, parts, strict=True))


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, (list, tuple)) and value else ANY


def _root(node: nodes.Node | None) -> nodes.Node | None:
    """The name at which a path with its filters and methods begins."""
    while isinstance(node, (nodes.Getattr, nodes.Getitem, nodes.Filter)) or (
        isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr)
    ):
        node = node.node
    return node
