"""Small tables, typed as lines with a bar between the columns."""

MAX_COLUMNS = 8
MAX_ROWS = 60


def read_table(text: str) -> list[list[str]]:
    """The rows of cells, the first of them the head; all of one length. Raises ValueError with a Chinese sentence."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.strip()]
    if len(rows) < 2:  # noqa: PLR2004 - a head and something below it
        raise ValueError("表格至少要有表头和一行内容")
    if len(rows) > MAX_ROWS or len(rows[0]) > MAX_COLUMNS:
        raise ValueError(f"表格最多 {MAX_COLUMNS} 列、{MAX_ROWS} 行")
    for place, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise ValueError(f"表格第 {place} 行有 {len(row)} 列，表头有 {len(rows[0])} 列")
    return rows
