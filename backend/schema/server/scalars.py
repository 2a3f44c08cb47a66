"""Days and moments, described in the contract's own words."""

import graphene


class Date(graphene.Date):
    """A day in China, as in 2027-01-10 (ISO 8601) [日期]."""


class DateTime(graphene.DateTime):
    """A moment in UTC, as in 2027-01-10T08:30:00+00:00 (ISO 8601) [时间]."""
