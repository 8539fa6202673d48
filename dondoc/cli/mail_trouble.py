"""What is said when the mail server does not take a test message: where, how far, what to do."""

from collections.abc import Mapping

from scheduler.courier import Delivery

#: Phase to (what was being done, what to look at).
_PHASES: Mapping[str, tuple[str, str]] = {
    "connect": (
        "khi kết nối",
        "kiểm tra mail.host, mail.port và tường lửa; máy chủ có đang chạy không",
    ),
    "banner": (
        "khi chờ máy chủ chào",
        "kiểm tra mail.port và mail.security: cổng 465 cần tls, cổng 587 cần starttls",
    ),
    "ehlo": ("khi chào máy chủ", "máy chủ không nhận máy này; hỏi người quản trị máy chủ thư"),
    "starttls": (
        "khi bật mã hóa",
        "kiểm tra mail.security, và chứng thư của máy chủ có đúng tên mail.host không",
    ),
    "login": ("khi đăng nhập", "kiểm tra mail.username và biến DONDOC_MAIL__PASSWORD"),
    "mail": (
        "khi nêu người gửi",
        "kiểm tra mail.from: máy chủ phải cho tài khoản này gửi từ địa chỉ đó",
    ),
    "rcpt": ("khi nêu người nhận", "kiểm tra địa chỉ nhận, và quyền gửi ra ngoài của tài khoản"),
    "data": ("khi chuyển thư", "thử lại; nếu còn lỗi, hỏi người quản trị máy chủ thư"),
    "dot": ("sau khi chuyển thư", "thử lại; nếu còn lỗi, hỏi người quản trị máy chủ thư"),
}


def mail_trouble(delivery: Delivery, *, server: str, language: str) -> str:
    """Return why a test message did not arrive, for people.

    Args:
        delivery: How the conversation ended.
        server: `host:port`.
        language: `vi` or `en`.
    """
    said = " ".join(str(part) for part in (delivery.code, delivery.reply) if part)
    if language == "en":
        return f"Mail server {server}, {delivery.phase}: {said or 'no answer'}"
    doing, cure = _PHASES.get(delivery.phase, _PHASES["data"])
    answer = f"trả lời: {said}" if said else "không trả lời"
    return (
        f"Máy chủ thư {server} chưa nhận thư, dừng {doing} ({delivery.phase}); {answer}.\n"
        f"Cách chữa: {cure}."
    )


def folder_trouble(delivery: Delivery, *, folder: str, language: str) -> str:
    """Return why a test message could not be kept as a file, for people."""
    if language == "en":
        return f"The message cannot be kept in {folder}: {delivery.reply}"
    return (
        f"Không giữ được thư thành tệp tại {folder}: {delivery.reply}.\n"
        "Cách chữa: kiểm tra mail.trial_dir và quyền ghi."
    )
