"""What surrounds the database on this machine: files, their rights, disks, and the mode of mail."""

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from config.settings import Settings
from dondoc.evidence import Cabinet
from engine.commands.evidence import Kept
from engine.diagnosis import Findings

#: Less free space than this, and the next plan or the next day's mail may not fit.
LEAST_FREE_BYTES = 200 * 1024 * 1024
#: File systems on which SQLite's locks do not hold.
_NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "glusterfs", "ceph")
#: As much of the newest evidence is read; of the rest it is only seen whether it is there.
_EXAMINED_BYTES = 1_000_000_000
_MOUNTS = Path("/proc/mounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """Where an office's files are.

    Attributes:
        config: The settings file, None where there is none.
        least_free_bytes: Less is nearly full.
        mounts: Where the kernel lists what is mounted.
    """

    settings: Settings
    config: Path | None
    least_free_bytes: int = LEAST_FREE_BYTES
    mounts: Path = _MOUNTS

    @property
    def database_file(self) -> Path | None:
        """The file of a SQLite database."""
        url = make_url(self.settings.database_url)
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None

    def examine(self, found: Findings, *, is_live: bool, kept: Sequence[Kept] = ()) -> None:
        """Add what is wrong with files and disks, and say where mail goes.

        Args:
            found: Where it is added.
            is_live: Whether a plan is being followed.
            kept: Files of evidence that the record says are kept, the newest first.
        """
        file = self.database_file
        if file is not None and file.exists():
            self._examine_database(file, found)
        for path in sorted({one.resolve() for one in self._folders()}):
            self._examine_disk(path, found)
        self._examine_rights(found)
        self._examine_evidence(kept, found)
        if is_live and self.settings.mail.mode == "trial":
            found.add(
                "mail_mode_trial",
                "mail.mode",
                f'mail.mode = "trial": thư được giữ thành tệp tại {self.settings.trial_dir}, '
                "không ai nhận được",
                cure='khi đã sẵn sàng: đặt mail.mode = "live" trong dondoc.toml',
            )

    def facts(self) -> dict[str, Any]:
        """Return where files are and how much room is left."""
        return {
            "config": str(self.config) if self.config else None,
            "mail_mode": self.settings.mail.mode,
            "free_bytes": {
                str(path): shutil.disk_usage(path).free
                for path in sorted({one.resolve() for one in self._folders()})
            },
        }

    def _folders(self) -> Iterator[Path]:
        """Yield the folders that grow, or that which they will be made in."""
        file = self.database_file
        if file is not None:
            yield _existing(file.parent)
        if self.settings.mail.mode == "trial":
            yield _existing(self.settings.trial_dir)
        yield _existing(self.settings.evidence_dir)

    def _examine_database(self, file: Path, found: Findings) -> None:
        kind = self._file_system(file)
        if kind in _NETWORK:
            found.add(
                "database_on_network",
                str(file),
                f"cơ sở dữ liệu SQLite nằm trên ổ mạng ({kind}): khóa không tin được, dữ liệu có "
                "thể hỏng",
                cure="chuyển tệp về đĩa của chính máy này, hoặc dùng PostgreSQL",
            )

    def _file_system(self, file: Path) -> str | None:
        """Return the kind of file system a file is on, None where the kernel does not say."""
        try:
            lines = self.mounts.read_text("utf-8", "replace").splitlines()
        except OSError:
            return None
        inside = file.resolve()
        mounted = [line.split(" ")[1:3] for line in lines if line.count(" ") > 1]
        under = [
            (len(place), kind)
            for place, kind in mounted
            if inside.is_relative_to(_unescaped(place))
        ]
        return max(under)[1] if under else None

    def _examine_disk(self, folder: Path, found: Findings) -> None:
        free = shutil.disk_usage(folder).free
        if free < self.least_free_bytes:
            found.add(
                "disk_nearly_full",
                str(folder),
                f"chỉ còn {free // (1024 * 1024)} MB trống",
                cure="dọn đĩa hoặc chuyển dữ liệu sang đĩa lớn hơn",
            )
        if not os.access(folder, os.W_OK):
            found.add(
                "folder_not_writable",
                str(folder),
                "không ghi được vào thư mục này",
                cure=f"chown hoặc chmod u+w {folder}",
            )

    def _examine_evidence(self, kept: Sequence[Kept], found: Findings) -> None:
        """Add files of evidence that are gone or changed; of the older ones only what is gone."""
        cabinet = Cabinet(self.settings.evidence_dir, most_bytes=0)
        left = _EXAMINED_BYTES
        for one in kept:
            left -= one.size_bytes or 0
            standing = cabinet.standing(one.sha256, one.size_bytes, is_read=left > 0)
            if standing == "kept":
                continue
            code = "evidence_altered" if standing == "altered" else "evidence_missing"
            words = "đã bị sửa" if standing == "altered" else "không còn hoặc không đọc được"
            found.add(
                code,
                one.address,
                f"tệp minh chứng {one.name!r} {words} ({one.sha256[:16]})",
                cure="chép lại từ bản sao lưu vào thư mục minh chứng, rồi: dondoc evidence check",
            )

    def _examine_rights(self, found: Findings) -> None:
        private = [self.database_file, self.settings.trial_dir, self.settings.evidence_dir]
        for path in private:
            if path is not None and _mode(path) & stat.S_IRWXO:
                words = "người dùng khác của máy đọc được: trong đó có họ tên, địa chỉ, công việc"
                found.add("file_exposed", str(path), words, cure=f"chmod o-rwx {path}")
        if self.config is not None and _mode(self.config) & stat.S_IWOTH:
            words = "ai cũng sửa được cấu hình: thư có thể bị chuyển đi nơi khác"
            found.add("file_exposed", str(self.config), words, cure=f"chmod o-w {self.config}")


def _existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def _unescaped(place: str) -> str:
    return place.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
