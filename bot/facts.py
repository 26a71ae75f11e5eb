"""What a picture is drawn from, by what was asked for: equal facts are the same picture."""

from __future__ import annotations

from engine import Desk
from engine.ids import PromoterId
from engine.programme.backdrops import KEYS
from engine.programme.materials import MaterialPicture
from engine.programme.pictures import MemberFacts, PosterFacts, SampleFacts
from engine.reports.charts import EarningDays, ShopDays
from engine.reports.rankings import Ranking

Facts = PosterFacts | SampleFacts | MemberFacts | MaterialPicture | EarningDays | ShopDays | Ranking


def facts_of(desk: Desk, what: str, subject: str) -> Facts | None:
    """The facts of a picture that may be kept; None for a one-time QR or a 收款码, which never are."""
    promoter = PromoterId(subject)
    match what:
        case "poster":
            return desk.pictures.poster(promoter)
        case "invitation":
            return desk.pictures.invitation(promoter)
        case "printed":
            printed, _, point = subject.partition(" ")
            return desk.pictures.printed(PromoterId(printed), point)
        case "product":
            whose, _, sku = subject.partition(" ")
            return desk.pictures.product(PromoterId(whose), sku)
        case "material":
            code, _, number = subject.partition(" ")
            return desk.materials.picture(code, int(number))
        case "preview":
            return next((desk.pictures.preview(kind) for kind in KEYS if kind == subject), None)
        case "members_poster":
            return desk.pictures.members_poster(subject)
        case "members":
            return desk.pictures.members(subject)
        case "earnings_chart":
            return desk.charts.earnings(promoter)
        case "ranking_chart":
            return desk.rankings.month(promoter, last=False)
        case "shop_chart":
            return desk.charts.shop()
        case _:
            return None
