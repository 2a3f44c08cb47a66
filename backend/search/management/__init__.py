"""Operations of this room on the command line."""
