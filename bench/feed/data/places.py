"""One branch of the tree of divisions, with three villages at its end."""

from backend.regions.models import Division

PROVINCE, PREFECTURE, COUNTY, TOWNSHIP = "510000000000", "510100000000", "510114000000", "510114006000"
VILLAGE, OTHER_VILLAGE, THIRD_VILLAGE = "510114006003", "510114006004", "510114006005"

_NAMES = {
    PROVINCE: "四川省",
    PREFECTURE: "成都市",
    COUNTY: "新都区",
    TOWNSHIP: "石板滩街道",
    VILLAGE: "木兰社区居委会",
    OTHER_VILLAGE: "样例村村委会",
    THIRD_VILLAGE: "示范村村委会",
}


def make() -> None:
    """The rows."""
    above: list[str] = []
    rows = []
    for level, (code, name) in enumerate(_NAMES.items(), start=1):
        kind = min(level, Division.Level.VILLAGE)
        rows.append(Division(code=code, name=name, level=kind, full_name=" ".join([*above[: kind - 1], name])))
        above = [*above[: kind - 1], name]
    Division.objects.bulk_create(rows)
