"""A sealed file: encrypted and authenticated in chunks, so that it can be written as a stream and read anywhere.

AES-256-GCM under a key that scrypt derives from the passphrase and the file's own salt. A chunk's nonce is its number and
whether it is the last, so that chunks can't be moved, left out or cut off without being noticed.
"""

import io
import os
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from zmd_emergency.processes import Trouble

MAGIC = b"ZMD-SEALED-1\n"
SALT, TAG, CHUNK = 16, 16, 1 << 20
HEADER = len(MAGIC) + 1 + SALT
COST, MOST_COST = 17, 20
"""scrypt's work as a power of two: 128 MB of memory for each guess; a file that asks for more than 1 GB is refused."""
SHORTEST = 16
OF_HEADER = b"\xff" * 12


class Damaged(Trouble):
    """The file is not what was written."""


class WrongPassphrase(Trouble):
    """It can't be opened with this."""


def read_passphrase(file: Path) -> bytes:
    """The file's first line: never on a command line, where everybody on the machine can read it."""
    try:
        lines = Path(file).read_bytes().splitlines()
    except OSError as error:
        raise Trouble(f"口令文件 {file} 读不出来：{error.strerror}。") from error
    passphrase = lines[0].strip() if lines else b""
    if len(passphrase.decode(errors="replace")) < SHORTEST:
        raise Trouble(f"口令文件 {file} 的第一行至少要有 {SHORTEST} 个字符。")
    return passphrase


def is_sealed(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(len(MAGIC)) == MAGIC


class SealingWriter:
    """Takes what is written, chunk by chunk; `finish` marks the end, without which the file can't be read."""

    def __init__(self, file: BinaryIO, passphrase: bytes):
        self._file, self._waiting, self._number = file, bytearray(), 0
        header = MAGIC + bytes([COST]) + os.urandom(SALT)
        self._cipher = _cipher(header, passphrase)
        file.write(header + self._cipher.encrypt(OF_HEADER, b"", header))

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(self._waiting[:CHUNK], last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def flush(self) -> None:
        """A chunk leaves when it is full."""

    def finish(self) -> None:
        self._seal(self._waiting, last=True)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last), bytes(chunk), None))
        self._number += 1


class SealedReader(io.RawIOBase):
    """The plain content of a sealed file, to be read from anywhere; nothing is given out that was not authenticated."""

    def __init__(self, file: BinaryIO, passphrase: bytes):
        self._file, self._at, self._held = file, 0, (-1, b"")
        file.seek(0)
        header, tag = file.read(HEADER), file.read(TAG)
        if len(tag) < TAG or header[len(MAGIC)] > MOST_COST:
            raise Damaged("备份文件的开头已损坏。")
        self._cipher = _cipher(header, passphrase)
        try:
            self._cipher.decrypt(OF_HEADER, tag, header)
        except InvalidTag:
            raise WrongPassphrase("口令不对（或文件的开头已损坏），打不开这份备份。") from None
        body = file.seek(0, io.SEEK_END) - HEADER - TAG
        self._last, rest = divmod(max(body - 1, 0), CHUNK + TAG)
        self._size = self._last * CHUNK + rest + 1 - TAG
        if self._size < 0:
            raise Damaged("备份文件不完整：末尾缺失。")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset
        return self._at

    def readinto(self, buffer) -> int:
        number, offset = divmod(self._at, CHUNK)
        if self._at >= self._size:
            return 0
        found = self._chunk(number)[offset : offset + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            self._file.seek(HEADER + TAG + number * (CHUNK + TAG))
            sealed = self._file.read(CHUNK + TAG)
            try:
                plain = self._cipher.decrypt(_nonce(number, number == self._last), sealed, None)
            except InvalidTag:
                where = (
                    "不完整：末尾缺失，或末段已损坏" if number == self._last else f"第 {number + 1} 段已损坏"
                )
                raise Damaged(f"备份文件{where}。") from None
            self._held = (number, plain)
        return self._held[1]


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _cipher(header: bytes, passphrase: bytes) -> AESGCM:
    derived = Scrypt(salt=header[-SALT:], length=32, n=1 << header[len(MAGIC)], r=8, p=1)
    return AESGCM(derived.derive(passphrase))
