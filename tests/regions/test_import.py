"""Importing divisions: the whole file or nothing."""

import gzip
import lzma
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from backend.editions.selectors import current
from backend.regions.errors import InvalidDivisionFile
from backend.regions.models import Division
from backend.regions.services import DivisionImport, import_divisions

SICHUAN = Path(settings.BASE_DIR) / "data" / "divisions-sichuan.csv.xz"
ROWS = [
    ("510000000000", "四川省", "province"),
    ("510100000000", "成都市", "prefecture"),
    ("510114000000", "新都区", "county"),
    ("510114006000", "石板滩街道", "township"),
    ("510114006003", "木兰社区居委会", "village"),
    ("510114006004", "土城村委会", "village"),
]

Write = Callable[..., Path]


def table() -> list[tuple[str, ...]]:
    return list(Division.objects.order_by("code").values_list("code", "name", "level", "full_name"))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of divisions; rows may be cells or whole lines."""

    def make(*rows: Any, header: str = "code,name,level", name: str = "d.csv", encoding: str = "utf-8") -> Path:
        lines = [header, *(row if isinstance(row, str) else ",".join(row) for row in rows)]
        path = tmp_path / name
        content = ("\n".join(lines) + "\n").encode(encoding)
        packed = {".gz": gzip.compress, ".xz": lzma.compress}.get(path.suffix.lower(), bytes)(content)
        path.write_bytes(packed)
        return path

    return make


@pytest.mark.django_db
def test_all_of_sichuan_twice():
    first = import_divisions(SICHUAN)
    assert first == DivisionImport(created=37_728)
    assert Division.objects.count() == 37_728
    assert Division.objects.get(code="510114006003").full_name == "四川省 成都市 新都区 石板滩街道 木兰社区居委会"
    levels = [Division.objects.filter(level=level).count() for level in range(1, 6)]
    assert levels == [1, 21, 183, 3_111, 34_412]
    second = import_divisions(SICHUAN)
    assert second == DivisionImport(unchanged=37_728)
    assert not second.changed


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["d.csv", "d.csv.gz", "d.csv.xz", "D.XZ"])
def test_plain_and_compressed_files(write: Write, name: str):
    assert import_divisions(write(*ROWS, name=name)).created == len(ROWS)


@pytest.mark.django_db
def test_excel_writes_a_mark_at_the_start_carriage_returns_and_empty_lines(write: Write):
    path = write(*(",".join(row) + "\r" for row in ROWS), "", "", header="code,name,level\r", encoding="utf-8-sig")
    assert import_divisions(path).created == len(ROWS)
    assert Division.objects.get(code="510114006004").name == "土城村委会"


@pytest.mark.django_db
def test_children_may_stand_before_their_parents_and_parents_in_the_table():
    import_divisions(ROWS[:4])
    import_divisions(list(reversed(ROWS[4:])))
    assert table()[-1] == ("510114006004", "土城村委会", 5, "四川省 成都市 新都区 石板滩街道 土城村委会")
    Division.objects.all().delete()
    import_divisions(list(reversed(ROWS)))
    assert [row[0] for row in table()] == [row[0] for row in ROWS]


@pytest.mark.django_db
def test_a_prefecture_without_counties():
    rows = [
        ("440000000000", "广东省", "province"),
        ("441900000000", "东莞市", "prefecture"),
        ("441900003000", "东城街道", "township"),
        ("441900003001", "岗贝社区居民委员会", "village"),
    ]
    import_divisions(rows)
    assert Division.objects.get(code="441900003001").full_name == "广东省 东莞市 东城街道 岗贝社区居民委员会"


@pytest.mark.django_db
def test_a_new_name_reaches_everything_below_also_what_the_file_does_not_have():
    import_divisions(ROWS)
    renamed = import_divisions([("510114000000", "新都新区", "county"), ("510114006003", "木兰新社区", "village")])
    assert renamed == DivisionImport(renamed=2, followed=2)
    assert [row[3] for row in table()[2:]] == [
        "四川省 成都市 新都新区",
        "四川省 成都市 新都新区 石板滩街道",
        "四川省 成都市 新都新区 石板滩街道 木兰新社区",
        "四川省 成都市 新都新区 石板滩街道 土城村委会",
    ]
    assert not import_divisions([("510114000000", "新都新区", "county")]).changed


@pytest.mark.django_db
def test_two_new_names_above_one_another():
    import_divisions(ROWS)
    done = import_divisions([("510000000000", "川省", "province"), ("510114000000", "新区", "county")])
    assert done == DivisionImport(renamed=2, followed=4)
    assert table()[-1][3] == "川省 成都市 新区 石板滩街道 土城村委会"


@pytest.mark.django_db
def test_a_full_import_counts_who_followed():
    import_divisions(ROWS)
    changed = [("510114000000", "新区", "county") if row[0] == "510114000000" else row for row in ROWS]
    assert import_divisions(changed) == DivisionImport(renamed=1, followed=3, unchanged=2)


GOOD = ROWS[:4]
REFUSED = {
    "bad code": ([*GOOD, ("51011400600", "短村", "village")], "第 6 行：代码应为 12 位数字，实为“51011400600”"),
    "level against code": (
        [*GOOD, ("510114006003", "木兰社区", "township")],
        "第 6 行：代码 510114006003 属于村级（village），与层级 township 不符",
    ),
    "unknown level": ([*GOOD, ("510114006003", "木兰社区", "hamlet")], "第 6 行：层级“hamlet”无效"),
    "missing parent": (
        [*GOOD, ("510114007003", "甲村", "village"), ("510114007004", "乙村", "village")],
        "第 6 行：上级 510114007000 既不在文件中，也不在数据库中（共 2 行）",
    ),
    "missing province": ([("520100000000", "贵阳市", "prefecture")], "第 2 行：上级 520000000000 既不在文件中"),
    "duplicate": ([*GOOD, GOOD[0]], "第 6 行：代码 510000000000 重复"),
    "empty name": ([*GOOD, ("510114006003", " ", "village")], "第 6 行：名称为空"),
    "space in name": ([*GOOD, ("510114006003", "木 兰", "village")], "第 6 行：名称“木 兰”含有空白或不可见字符"),
    "long name": ([*GOOD, ("510114006003", "长" * 65, "village")], "第 6 行：名称超过 64 个字"),
    "too few columns": ([*GOOD, ("510114006003", "木兰社区")], "第 6 行：层级“”无效"),
    "too many columns": ([*GOOD, ("510114006003", "木兰社区", "village", "x")], "第 6 行：层级“village,x”无效"),
    "open quote": ([*GOOD, '510114006003,"木兰社区,village'], "行：不是合格的 CSV"),
    "nothing": ([], "没有任何数据行"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_row_is_named_and_nothing_is_imported(write: Write, case: str):
    import_divisions([("110000000000", "北京市", "province")])
    before = table()
    rows, told = REFUSED[case]
    with pytest.raises(InvalidDivisionFile) as refusal:
        import_divisions(write(*rows))
    assert refusal.value.code == "INVALID_DIVISION_FILE"
    assert told in refusal.value.message
    assert table() == before


@pytest.mark.django_db
def test_all_problems_are_told_in_the_order_of_lines_and_twenty_listed(write: Write):
    orphan = ("510114007003", "甲村", "village")
    rows = [*GOOD, orphan, ("x", "坏", "village"), *[("510114006003", "", "county")] * 30]
    with pytest.raises(InvalidDivisionFile) as refusal:
        import_divisions(write(*rows))
    problems = refusal.value.problems
    assert problems[0].startswith("第 7 行：代码应为 12 位数字")
    assert len(problems) == 21
    assert problems[-1] == f"另有 {1 + 2 + 29 + 1 - 20} 处问题未列出"
    with pytest.raises(InvalidDivisionFile) as refusal:
        import_divisions(write(*rows[:6]))
    assert [problem[:5] for problem in refusal.value.problems] == ["第 6 行", "第 7 行"]


@pytest.mark.django_db
def test_a_parent_with_a_fault_of_its_own_is_not_missed_as_well():
    with pytest.raises(InvalidDivisionFile) as refusal:
        import_divisions([*ROWS[:3], ("510114006000", "", "township"), *ROWS[4:]])
    assert refusal.value.problems == ["第 4 行：名称为空"]
    assert table() == []


@pytest.mark.django_db
def test_files_that_cannot_be_read(write: Write, tmp_path: Path):
    packed = write(*ROWS, name="d.csv.xz")
    cut = tmp_path / "cut.csv.xz"
    cut.write_bytes(packed.read_bytes()[:-20])
    plain = tmp_path / "plain.csv.gz"
    plain.write_bytes(b"code,name,level\n")
    told = {
        tmp_path / "none.csv": "没有这个文件",
        tmp_path: "无法读取文件",
        cut: "压缩文件已损坏",
        plain: "压缩文件已损坏",
        write(*ROWS, name="gbk.csv", encoding="gb18030"): "第 2 行：不是 UTF-8 编码",
        write(
            *ROWS, name="head.csv", header="代码,名称,层级"
        ): "第 1 行：表头应为 code,name,level，实为 代码,名称,层级",
    }
    empty = tmp_path / "empty.csv"
    empty.touch()
    told[empty] = "实为 空文件"
    for path, sentence in told.items():
        with pytest.raises(InvalidDivisionFile) as refusal:
            import_divisions(path)
        assert sentence in refusal.value.message
    assert table() == []


@pytest.mark.django_db
def test_what_breaks_in_the_middle_leaves_nothing_behind():
    rows = ROWS + [(f"5101140060{n:02}", f"第{n}村", "village") for n in range(5, 99)]
    rows += [(f"510114006{n}", f"第{n}村", "village") for n in range(100, 999)]
    seen = []

    def fail_in_the_second_batch(done: int, total: int) -> None:
        seen.append((done, total))
        if done > 900:
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        import_divisions(rows, progress=fail_in_the_second_batch)
    assert seen == [(900, len(rows)), (len(rows), len(rows))]
    assert table() == []


@pytest.mark.django_db
def test_the_command_tells_what_it_did(write: Write):
    path, out = write(*ROWS), StringIO()
    call_command("import_divisions", str(path), stdout=out)
    assert "新增 6，更名 0，随上级更名 0，未变 0" in out.getvalue()
    call_command("import_divisions", str(path), stdout=out)
    assert "6 条，没有变化" in out.getvalue()
    with pytest.raises(CommandError, match="第 2 行：代码应为 12 位数字"):
        call_command("import_divisions", str(write(("1", "x", "village"))), stdout=out)
    assert len(table()) == len(ROWS)


@pytest.mark.django_db
def test_a_terminal_gets_a_bar(write: Write):
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    call_command("import_divisions", str(write(*ROWS)), stdout=out)
    assert "6/6" in out.getvalue()


@pytest.mark.django_db
def test_an_import_is_a_new_edition_of_what_the_public_reads() -> None:
    before = current()
    import_divisions(SICHUAN)
    assert current() > before
