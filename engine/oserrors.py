"""What the operating system says of a file, in the words of the people who read refusals."""

import errno
from collections.abc import Mapping

_WORDS: Mapping[int, str] = {
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không có quyền",
    errno.EISDIR: "là thư mục, không phải tệp",
    errno.ENOTDIR: "một phần của đường dẫn không phải thư mục",
    errno.EEXIST: "đã có",
    errno.ENOSPC: "hết chỗ trên đĩa",
    errno.EROFS: "chỗ này chỉ đọc được",
    errno.ENAMETOOLONG: "tên quá dài",
    errno.EIO: "đĩa báo lỗi",
    errno.EBUSY: "tệp đang được dùng",
}


def os_words(error: OSError) -> str:
    """Return why the operating system refused; the rarer reasons in its own words."""
    return _WORDS.get(error.errno or 0) or error.strerror or str(error)
