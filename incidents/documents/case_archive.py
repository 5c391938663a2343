"""事件档案 as a ZIP: the Word file, the attachments, the ledger with its hashes, and a manifest of them all."""

import csv
import hashlib
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from incidents.models import Attachment, LedgerEntry, PersonalValue

MANIFEST = "manifest.sha256"
CHUNK = 1 << 20
COLUMNS = ("seq", "at", "action", "summary", "clause", "reason", "previous", "hash")
HOW_TO_VERIFY = """怎样校验这份档案
================

一、文件是否完整
  manifest.sha256 列有每个文件的 SHA-256。在解压后的文件夹里运行：
      sha256sum -c manifest.sha256
  manifest.sha256 自身的 SHA-256 记在系统台账“导出档案”一行里（动作 file.exported，数据 manifest）。

二、台账是否被改动
  ledger/ 里每个 .jsonl 文件是一条链，每行是台账的一行：
      text      该行各列的规范文本（键按字母排序的 JSON，UTF-8）
      previous  前一行的 hash；第一行为 64 个 0
      hash      SHA-256( previous + text )，十六进制
  逐行计算 hash，并与下一行的 previous 相比，任何改动、缺行、换行都会现出。
  规范文本之外的列（summary 等）应与 text 里的一致。同名 .csv 供查阅，内容相同。
  下面几行 Python 即可校验一条链：
      import hashlib, json
      last = "0" * 64
      for line in open("ledger/incident.jsonl", encoding="utf-8"):
          row = json.loads(line)
          assert row["previous"] == last
          last = hashlib.sha256((last + row["text"]).encode()).hexdigest()
          assert row["hash"] == last
  最后一行的 hash 应与系统中该链的链头（或每日导出的链头文件）一致。

三、个人信息
  姓名、电话不在台账正文里，text 的 personal 只有其加盐哈希。若档案含 personal.jsonl，则
      SHA-256( salt + value ) 应等于 text 里 personal 的同名值。

Each file's SHA-256 stands in manifest.sha256. Each ledger line's hash is SHA-256(previous + text), UTF-8, hex;
the first previous is 64 zeros. The hash of manifest.sha256 itself stands in the system's own ledger.
"""


class Archive:
    """Written file by file into a temporary file on disk; the manifest comes last."""

    def __init__(self, at: datetime):
        self.at, self.sums, self.manifest = at, {}, ""
        self.file: BinaryIO = TemporaryFile(prefix="case-")
        self._zip = ZipFile(self.file, "w", ZIP_DEFLATED, allowZip64=True)

    def add(self, name: str, content: BinaryIO) -> str:
        """Copies in pieces; returns the SHA-256."""
        digest = hashlib.sha256()
        with self._zip.open(name, "w", force_zip64=True) as out:
            while piece := content.read(CHUNK):
                digest.update(piece)
                out.write(piece)
        self.sums[name] = digest.hexdigest()
        return self.sums[name]

    def add_text(self, name: str, text: str, encoding: str = "utf-8"):
        self.add(name, BytesIO(text.encode(encoding)))

    def add_attachments(self, attachments: Iterable[Attachment]) -> list[tuple[str, str]]:
        """Under names that unpack everywhere and stay inside their folder; name and SHA-256 of each, or why it is missing."""
        added = []
        for number, attachment in enumerate(attachments, 1):
            name = f"attachments/{number:03d}-{safe_name(attachment.name)}"
            try:
                with attachment.open() as content:
                    added.append((name, self.add(name, content)))
            except Attachment.Damaged as damaged:
                added.append((name, f"未导出：{damaged}"))
        return added

    def add_chain(self, name: str, entries: Iterable[LedgerEntry]):
        """`name`.jsonl, with the canonical texts, and `name`.csv for reading."""
        lines, table = StringIO(), StringIO()
        rows = csv.writer(table)
        rows.writerow(COLUMNS)
        for entry in entries:
            columns = {column: getattr(entry, column) for column in COLUMNS}
            columns["at"] = entry.at.astimezone(UTC).isoformat()
            rows.writerow([harmless(value) for value in columns.values()])
            row = columns | {"chain": entry.chain, "text": entry.text}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.add_text(f"{name}.jsonl", lines.getvalue())
        self.add_text(f"{name}.csv", table.getvalue(), "utf-8-sig")

    def add_personal(self, values: Iterable[PersonalValue]):
        lines = (
            json.dumps(
                {"seq": value.entry.seq, "name": value.name, "salt": value.salt, "value": value.value},
                ensure_ascii=False,
            )
            for value in values
        )
        self.add_text("personal.jsonl", "".join(f"{line}\n" for line in lines))

    def close(self) -> "Archive":
        """Writes the manifest; `manifest` is its SHA-256."""
        self.add_text("怎样校验.txt", HOW_TO_VERIFY)
        text = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.sums.items()))
        self.add_text(MANIFEST, text)
        self.manifest = self.sums.pop(MANIFEST)
        self._zip.close()
        self.file.seek(0)
        return self


def safe_name(name: str) -> str:
    """No folders, no control characters, no leading dots; not too long for a file system."""
    last = PurePosixPath(str(name).replace("\\", "/")).name
    clean = re.sub(r'[\x00-\x1f<>:"|?*\ud800-\udfff]', "_", last).strip(". ")
    stem, dot, ending = clean.rpartition(".")
    stem, ending = (stem, ending) if dot and len(ending) <= 10 else (clean, "")
    return (stem[:50] + (f".{ending}" if ending else "")) or "file"


def harmless(value) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
