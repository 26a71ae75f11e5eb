"""The screens of 规则设置: the groups, one group, one setting, a long text."""

from __future__ import annotations

from engine.programme.settings import SPECS, Kind, Settings
from handlers.texts.marks import plain, tap
from handlers.texts.settings.catalogue import GROUPS, WORDS, name_of
from handlers.texts.settings.values import options_of, range_of, said


def menu(rules: Settings, *, may_change: bool) -> str:
    """规则设置: the groups."""
    lines = [f"规则设置（推广计划：{said('programme', rules.programme)}）", ""]
    for number, (name, keys) in enumerate(GROUPS, 1):
        lines.append(f"{number}. {tap(f'设置 {name}', name)}：{'、'.join(name_of(key) for key in keys)}")
    how = ["也可以直接说，例如：设置 最低提现 10"] if may_change else []
    also = f"{tap('操作记录', '操作记录')} · {tap('员工', '员工')}" if may_change else ""
    more = [also] if also else []
    return "\n".join([*lines, "", *how, tap("分组", "推广员分组"), *more])


def group(title: str, keys: tuple[str, ...], rules: Settings) -> str:
    """One group: its settings with their values."""
    lines = [f"规则设置 · {title}", ""]
    for number, key in enumerate(keys, 1):
        name = name_of(key)
        lines.append(f"{number}. {tap(f'设置 {name}', name)} · {value(key, rules, 16)}")
    return "\n".join([*lines, "", tap("规则设置", "返回规则设置")])


def page(key: str, rules: Settings, *, may_change: bool) -> str:
    """One setting: what it is, and to the owner how to change it."""
    words = WORDS[key]
    lines = [
        f"{words.name} · {value(key, rules, 40)}", "", words.does, f"可填：{range_of(key)}",
        f"订单：{words.orders}", "", *(_ways(key, rules) if may_change else _only_read(key)),
    ]  # fmt: skip
    return "\n".join(lines)


def value(key: str, rules: Settings, longest: int) -> str:
    """A setting's value in words, as a line of a list has room for it."""
    if key == "two_level" and rules.two_level and not rules.acknowledged:
        return "未生效（等你确认风险）"
    return plain(said(key, getattr(rules, key)), longest)


def _only_read(key: str) -> list[str]:
    words, spec = WORDS[key], SPECS[key]
    whole = [tap(f"看 {words.name}", "看全文")] if spec.high > 200 and spec.kind is Kind.TEXT else []
    return [*whole, tap("规则设置", "返回规则设置")]


def _ways(key: str, rules: Settings) -> list[str]:
    words, spec = WORDS[key], SPECS[key]
    if spec.high > 200 and spec.kind is Kind.TEXT:
        return [tap(f"看 {words.name}", "看全文"), tap(f"设置 {words.name} 改", "重新填写")]
    if spec.kind is Kind.SEVERAL:
        return [
            *(tap(f"设置 {words.name} {option}", option) for option in options_of(key)),
            f"只让选几个，请回复：设置 {words.name} {words.example}",
        ]
    if spec.kind is Kind.PICTURE:
        clear = [tap(f"设置 {words.name} 清空", "不用图片")] if getattr(rules, key) else []
        return [tap(f"设置 {words.name} 改", "发一张图片"), *clear]
    now = value(key, rules, 40)
    taps = [
        tap(f"设置 {words.name} {option}", f"改为：{option}") for option in options_of(key) if option != now
    ]
    if taps:
        return taps
    rate = "\n会先给你确认码，点了才改。" if spec.confirmed else ""
    return [f"修改请回复：设置 {words.name} {words.example}{rate}"]


def whole(key: str, part: str, number: int, of: int, *, may_change: bool) -> str:
    """One page of a long text."""
    name = name_of(key)
    head = f"{name}（{number}/{of}）" if of > 1 else name
    end = tap(f"设置 {name} 改", "重新填写") if may_change else tap("规则设置", "返回规则设置")
    last = tap(f"看 {name} {number + 1}", "下一页") if number < of else end
    return f"{head}\n\n{part}\n\n{last}"
