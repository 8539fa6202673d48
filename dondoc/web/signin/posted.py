"""What routes of this room take: a form as it was posted."""

from typing import Annotated, TypeAlias

from fastapi import Depends
from starlette.datastructures import FormData

from dondoc.web.forms import posted

Posted: TypeAlias = Annotated[FormData, Depends(posted)]
