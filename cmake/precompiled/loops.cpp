// A unit of its own, because a precompiled header that several targets use belongs to one that all of them can name.
