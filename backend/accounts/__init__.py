"""People, their phones, roles, sign-in and access tokens."""
