"""What every OKR endpoint does alike."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from knowledge.api.filters import QueryFilterBackend
from knowledge.api.render import Document, documents
from knowledge.models import User
from knowledge.services import Actor

Row = TypeVar("Row", bound=Model)


class OkrView(GenericAPIView[Row]):
    """An endpoint that acts in the name of the authenticated person."""

    filter_backends = [QueryFilterBackend]

    @property
    def person(self) -> User:
        """Give the authenticated person; the permission classes have refused everybody else."""
        user = self.request.user
        if not isinstance(user, User):
            raise NotAuthenticated
        return user

    @property
    def actor(self) -> Actor:
        """Give the hand that writes."""
        return Actor(self.person)

    def checked(
        self, shape: type[serializers.Serializer[Any]], request: Request, *, partial: bool = False
    ) -> Any:
        """Read the body as this shape, or raise ValidationError."""
        wanted = shape(data=request.data, partial=partial, context={"request": request})
        wanted.is_valid(raise_exception=True)
        return dict(wanted.validated_data)

    def page_of(self, rows: Any, show: Callable[[Any], Document]) -> Response:
        """Answer with one page of the rows that match the filters."""
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(documents(page, show))


def created(data: Document, address: str) -> Response:
    """Answer 201 with the new object's address."""
    return Response(data, status=201, headers={"Location": f"/api/v1/{address}/{data['id']}/"})
