"""How people write our words: with a full stop behind, in traditional characters (繁体)."""

from __future__ import annotations

import re

from handlers.texts.marks import SENTENCE_ENDS

_PAIRS = (
    "備备幫帮單单訂订進进廣广員员報报請请鏈链連连結结碼码號号綁绑機机隱隐註注銷销與与價价錢钱賺赚賣卖買买貨货體体現现記记錄录數数據据審审過过駁驳認认"
    "領领設设規规則则組组圖图樣样試试頭头戶户級级團团隊队業业績绩為为麼么問问題题繼继續续協协議议確确轉转讓让開开張张關关檢检點点時时間间電电話话"
    "語语獎奖勵励總总覽览線线帳账賬账寶宝優优動动門门經经營营權权財财務务離离歸归屬属約约凍冻復复額额衝冲選选種种聯联係系頁页個个換换實实虛虚護护"
    "說说對对應应給给還还來来幾几嗎吗誰谁沒没會会見见寫写讀读聽听複复製制發发傳传掃扫學学佈布從从後后裡里臺台繫系"
)
"""The characters of our words that are written otherwise in 繁体, each before its simplified one."""
_SIMPLIFIED = str.maketrans(_PAIRS[::2], _PAIRS[1::2])
_WORD = re.compile(r"[^\s\d¥]+")


def simplified(text: str) -> str:
    """The characters of our words, whichever way they were written."""
    return text.translate(_SIMPLIFIED)


def bare(text: str) -> str:
    """Without the marks that end a sentence."""
    return text.strip(SENTENCE_ENDS)


def respelled(line: str, known: frozenset[str]) -> str:
    """The line as our words are written, where that makes one of them of it, or of its first word; else as it came.

    What follows the first word may be a name, and a name is left as it is.
    """
    if line.casefold() in known:
        return line
    whole = simplified(bare(line))
    if whole.casefold() in known:
        return whole
    first = _WORD.match(line)
    word = simplified(first[0]) if first else ""
    return word + line[len(word) :] if word in known else line
